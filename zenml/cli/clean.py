"""`zenml clean`: start again with an empty repository."""

from __future__ import annotations

import shutil

import click


@click.command()
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def clean(yes: bool) -> None:
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
    names = ", ".join(entry.name for entry in inside)
    if not yes:
        click.confirm(f"Delete {names} in {folder}, with all runs and artifacts?", abort=True)
    for entry in inside:
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    click.echo(f"Deleted {names} in {folder}.")
