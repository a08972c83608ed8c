"""`zenml artifact`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from zenml.cli.output import output_option, print_fields, print_rows, size
from zenml.hints import number_of

if TYPE_CHECKING:
    from zenml.client import ArtifactView
    from zenml.runtime.pruning import Unused


@click.group()
def artifact() -> None:
    """What steps made: artifacts by name and version."""


@artifact.command("list")
@click.option("--name", help="Every version of the artifact of that name.")
@output_option
def list_(name: str | None, output: str) -> None:
    """List the artifacts, each with its newest version."""
    from zenml.client import Client

    client = Client()
    found = client.list_artifact_versions(name) if name else client.list_artifacts()
    print_rows([_row(view, output) for view in found], output, "There is no artifact here yet.")


def _row(view: ArtifactView, output: str) -> dict[str, Any]:
    row = {"name": view.name, "version": view.version, "type": view.data_type or view.type}
    count = view.bytes if "zenml_bytes" in view.properties else None
    if output == "json":
        return {**row, "bytes": count, "tags": view.tags}
    return {**row, "size": None if count is None else size(count), "tags": ", ".join(view.tags)}


@artifact.command()
@click.argument("name")
@click.argument("version", required=False)
@output_option
def get(name: str, version: str | None, output: str) -> None:
    """Show the artifact NAME in its newest VERSION, or in another."""
    from zenml.client import Client

    view = Client().get_artifact_version(name, version)
    fields = {
        **_row(view, output),
        "uri": view.uri,
        "run": view.run.name if view.run else None,
        "step": view.step.name if view.step else None,
        "metadata": view.metadata,
    }
    if output != "json":
        fields.update(_as_tables(fields.pop("metadata")))
    print_fields(fields, output)


def _as_tables(metadata: dict[str, Any]) -> dict[str, Any]:
    """What is known of a value; the first rows of a table under the names of its columns."""
    shown = {key: _short(value) for key, value in metadata.items()}
    statistics, preview = shown.get("statistics"), shown.get("preview")
    if isinstance(statistics, list) and isinstance(preview, list):
        names = [str(column.get("name")) for column in statistics]
        if len(set(names)) == len(names) and all(len(row) == len(names) for row in preview):
            shown["preview"] = [dict(zip(names, row, strict=True)) for row in preview]
    return shown


def _short(value: Any) -> Any:
    """Numbers to six digits, so that a table fits a terminal."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return value


@artifact.command()
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@output_option
def prune(dry_run: bool, yes: bool, output: str) -> None:
    """Remove the artifacts, folders and kept tables that nothing uses."""
    from zenml.runtime import pruning
    from zenml.runtime.workspace import Workspace

    found = pruning.find_unused()
    relative = Workspace.default().relative
    rows = [_unused_row(one, relative(one.uri), output) for one in found]
    print_rows(rows, output, "Nothing is there that nothing uses.")
    if dry_run or not found:
        return
    if not yes:
        click.confirm(f"Remove {_total(found)}?", abort=True, err=output == "json")
    click.echo(f"Removed {_total(pruning.prune(found))}.", err=output == "json")


def _total(found: Sequence[Unused]) -> str:
    tables = sum(one.is_table for one in found)
    kinds = {"folders": len(found) - tables, "kept tables": tables}
    told = " and ".join(number_of(kind, count) for kind, count in kinds.items() if count)
    return f"{told or '0 folders'}, {size(sum(one.bytes for one in found))}"


def _unused_row(one: Unused, folder: str, output: str) -> dict[str, Any]:
    row = {"folder": folder, "type": one.artifact.type if one.artifact else None}
    return {**row, **({"bytes": one.bytes} if output == "json" else {"size": size(one.bytes)})}
