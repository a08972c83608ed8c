"""`zenml release`."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zenml.cli.output import moment, output_option, print_fields, print_rows
from zenml.errors import ReleaseError

if TYPE_CHECKING:
    from zenml.runtime.release import Check, Release


@click.group()
def release() -> None:
    """Releases: runs that a tag of git ties down."""


@release.command()
@click.argument("name", metavar="NAME")
@click.argument("run", metavar="RUN")
def create(name: str, run: str) -> None:
    """Tie down RUN as release NAME: the annotated git tag zenml/NAME.

    It holds the pipeline's YAML, and by their content the code, the data and all
    that the run made.
    """
    from zenml.client import Client
    from zenml.runtime import release as releases

    view = Client().get_pipeline_run(run)
    made = releases.create(name, view.store, view.record)
    kinds = Counter(pin.type for pin in made.pins.artifacts)
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    click.echo(f"Made the tag {made.tag} at commit {made.commit[:12]}, of run {view.name}.")
    click.echo(f"Artifacts: {listed}.")
    click.echo(f"To share it: git push REMOTE {made.tag}")


@release.command()
@click.argument("name", metavar="NAME")
@output_option
def verify(name: str, output: str) -> None:
    """Check all that release NAME tied down, in git and in the stores."""
    from zenml.runtime import release as releases

    checks = releases.verify(name)
    wrong = [check for check in checks if not check.ok]
    if output == "json":
        rows = [dataclasses.asdict(check) for check in checks]
        print_fields({"release": name, "ok": not wrong, "checks": rows}, output)
    else:
        for check in wrong:
            click.echo(_line(check))
    if wrong:
        raise ReleaseError(
            f"Release {name} is not as it was made: of {len(checks)} things that were checked, "
            f"missing or different are {len(wrong)}."
        )
    if output != "json":
        click.echo(f"Release {name}: {len(checks)} things were checked, and all are as released.")


def _line(check: Check) -> str:
    return f"{check.state:<7}  {check.about}: {check.said}"


@release.command()
@click.argument("name", metavar="NAME")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def export(name: str, folder: Path) -> None:
    """Write release NAME into the new folder DIR, from which it serves by itself."""
    from zenml.runtime import release as releases

    path = releases.export(name, folder)
    click.echo(f"Wrote release {name} into {folder}; {path / 'README.md'} says how to use it.")


@release.command("list")
@output_option
def list_(output: str) -> None:
    """List the releases, the newest first."""
    from zenml.runtime import release as releases

    rows = [_row(found, output) for found in releases.releases()]
    print_rows(rows, output, "There is no release here.")


def _row(found: Release, output: str) -> dict[str, Any]:
    pins = found.pins
    row = {
        "release": found.name,
        "pipeline": pins.pipeline["name"],
        "run": pins.run["name"],
        "commit": found.commit if output == "json" else found.commit[:12],
        "made": moment(found.made),
        "by": found.tagger,
    }
    return {**row, "metrics": pins.metrics} if output == "json" else row
