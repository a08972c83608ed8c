"""`zenml config`: where the repository keeps its pipelines, artifacts and records."""

from __future__ import annotations

import re
import typing

import click

from zenml.cli.output import output_option, print_fields
from zenml.errors import RepositoryError

_GIVEN = re.compile(r"--([A-Za-z_][\w-]*)=(.*)", re.DOTALL)


@click.group()
def config() -> None:
    """Settings of this repository: its stores, and its pipelines folder."""


@config.command("list")
@output_option
def list_(output: str) -> None:
    """Show all settings."""
    from zenml.repo import Repository

    settings = Repository.get_instance().settings
    fields = {
        "pipelines": settings.pipelines_dir,
        "artifacts": settings.artifact_store,
        "metadata": {"type": settings.metadata_store.type, **settings.metadata_store.args},
    }
    print_fields(fields, output)


@config.group()
def pipelines() -> None:
    """The folder of the pipelines' YAML files."""


@pipelines.command("get")
def get_pipelines() -> None:
    """Print the folder."""
    from zenml.repo import Repository

    click.echo(Repository.get_instance().settings.pipelines_dir)


@pipelines.command("set")
@click.argument("path")
def set_pipelines(path: str) -> None:
    """Take the folder PATH from now on; the files that there are stay where they are."""
    from zenml.repo import Repository

    repo = Repository.get_instance()
    left = repo.get_default_pipelines_dir()
    files = len(repo.pipeline_specs())
    changed = Repository.init_repo(pipelines_dir=path)
    click.echo(f"Pipelines are written to {changed.settings.pipelines_dir}.")
    if files and left != changed.get_default_pipelines_dir():
        click.echo(f"{files} of them lie in {left}: move them for zenml to know them again.")


@config.group()
def artifacts() -> None:
    """The folder of the artifacts."""


@artifacts.command("get")
def get_artifacts() -> None:
    """Print the folder."""
    from zenml.repo import Repository

    click.echo(Repository.get_instance().settings.artifact_store)


@artifacts.command("set")
@click.argument("path")
def set_artifacts(path: str) -> None:
    """Take the folder PATH from now on; the artifacts that there are stay where they are."""
    from zenml.repo import Repository

    changed = Repository.init_repo(artifact_store_path=path)
    click.echo(f"Artifacts go to {changed.settings.artifact_store}.")


@config.group()
def metadata() -> None:
    """The metadata store."""


@metadata.command("get")
@output_option
def get_metadata(output: str) -> None:
    """Show its type and arguments."""
    from zenml.repo import Repository

    store = Repository.get_instance().settings.metadata_store
    print_fields({"type": store.type, **store.args}, output)


@metadata.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("kind", metavar="TYPE")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[--KEY=VALUE]...")
def set_metadata(kind: str, arguments: tuple[str, ...]) -> None:
    """Take a metadata store of TYPE (sqlite, mysql) from now on.

    For example: zenml config metadata set mysql --host=db --database=ml --username=ada
    '--password=$MYSQL_PASSWORD'. A password is the name of an environment variable.
    """
    from zenml.metadata.base import metadata_store_from_config
    from zenml.repo import Repository
    from zenml.spec import BackendSpec

    store = metadata_store_from_config(BackendSpec(kind, _read(kind, arguments)))
    changed = Repository.init_repo(metadata_store=store)
    click.echo(f"Records go to {changed.get_default_metadata_store()!r}.")


def _read(kind: str, arguments: tuple[str, ...]) -> dict[str, str | int]:
    """`--key=value` as keywords of a store; a number where its constructor declares one."""
    from zenml.metadata.base import metadata_store_class

    declared = typing.get_type_hints(metadata_store_class(kind).__init__)
    read: dict[str, str | int] = {}
    for text in arguments:
        found = _GIVEN.fullmatch(text)
        if found is None:
            raise RepositoryError(f"{text!r} is not understood: write --key=value.")
        key, value = found[1].replace("-", "_"), found[2]
        if declared.get(key) is int and not value.isdecimal():
            raise RepositoryError(f"--{found[1]} takes a whole number, not {value!r}.")
        read[key] = int(value) if declared.get(key) is int else value
    return read
