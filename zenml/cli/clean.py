"""`zenml clean`: start again with an empty repository."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zenml.errors import MetadataStoreError

if TYPE_CHECKING:
    from zenml.repo import Repository

_TRASH = ".trash-"


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also while a run is recorded as running.")
def clean(yes: bool, force: bool) -> None:
    """Delete all runs, artifacts and commits that lie in this repository's .zenml folder.

    The settings and the pipelines' YAML files stay, and so does a store that lies
    elsewhere; releases lose what they tie down.
    """
    from zenml.repo import Repository
    from zenml.repo.settings import FILE, FOLDER

    repo = Repository.get_instance()
    if repo.home != repo.path:
        raise click.ClickException(
            f"This work tree shares the stores of {repo.home}: run `zenml clean` there."
        )
    folder = repo.path / FOLDER
    settings = (repo.path / FILE).name
    inside = sorted(entry for entry in folder.iterdir() if entry.name != settings)
    if not inside:
        click.echo(f"There is nothing to delete in {folder}.")
        return
    if not force and (running := _running(repo, folder)):
        raise click.ClickException(
            f"Nothing was deleted, for {', '.join(running)} is running. Wait for its end, or say "
            "--force where it has ended on another machine without a word."
        )
    names = ", ".join(e.name for e in inside if not e.name.startswith(_TRASH)) or "what was left"
    if not yes:
        click.confirm(f"Delete {names} in {folder}, with all runs and artifacts?", abort=True)
    _delete(inside, folder)
    click.echo(f"Deleted {names} in {folder}.")


def _running(repo: Repository, folder: Path) -> list[str]:
    """Names of the runs under way whose files may lie here."""
    from zenml.metadata import process, runs

    store = repo.get_default_metadata_store()
    path = getattr(store, "path", None)
    if path is not None and not path.exists():
        return []  # opening it would make it
    is_own = path is not None and path.is_relative_to(folder)
    try:
        found = runs.list_runs(store.open())
    except MetadataStoreError as exc:  # to start again is the way out of a store that is broken
        click.echo(f"Whether a run is running is not known: {exc}", err=True)
        return []
    running = [run for run in found if run.state == runs.RUNNING]
    return [run.name for run in running if is_own or process.is_here(run.properties)]


def _delete(inside: Sequence[Path], folder: Path) -> None:
    """Moves all out of the way, which is quick, and deletes it then.

    Where that is cut short, no half of a store is left to be taken for a whole one.
    """
    trash = folder / f"{_TRASH}{os.urandom(4).hex()}"
    trash.mkdir()
    for entry in inside:
        os.rename(entry, trash / entry.name)
    shutil.rmtree(trash)
