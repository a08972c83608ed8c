"""`zenml init`, `zenml status`, `zenml version`."""

from __future__ import annotations

import click

from zenml.cli.output import duration, moment, output_option, print_fields
from zenml.version import __version__


@click.command()
@click.option("--repo_path", "--repo-path", type=click.Path(), help="Folder of the repository.")
@click.option("--pipelines_dir", "--pipelines-dir", help="Folder for the pipelines' YAML files.")
@click.option("--artifact_store", "--artifact-store", help="Folder for the artifacts.")
@click.option(
    "--analytics_opt_in", "--analytics-opt-in", is_flag=False, flag_value="true", hidden=True
)
def init(
    repo_path: str | None,
    pipelines_dir: str | None,
    artifact_store: str | None,
    analytics_opt_in: str | None,
) -> None:
    """Make a zenml repository of the git repository around this folder.

    In one that is there already, after it was moved, what is recorded is found again.
    """
    from zenml.repo import Repository
    from zenml.repo.root import require_root
    from zenml.repo.settings import FILE

    was_there = (require_root(repo_path) / FILE).is_file()
    repo = Repository.init_repo(
        repo_path=repo_path, artifact_store_path=artifact_store, pipelines_dir=pipelines_dir
    )
    if was_there:
        what = "settings are as given now" if artifact_store or pipelines_dir else "settings stay"
        click.echo(f"There is a zenml repository in {repo.path} already: its {what}.")
    else:
        click.echo(f"Initialised a zenml repository in {repo.path}.")


@click.command()
def version() -> None:
    """Print the version of zenml."""
    click.echo(__version__)


@click.command()
@output_option
def status(output: str) -> None:
    """Say where the repository, its stores and its last runs are."""
    from zenml.metadata import runs
    from zenml.repo import Repository
    from zenml.runtime.workspace import Workspace

    repo = Repository.get_instance()
    workspace = Workspace.default()
    last = runs.list_runs(workspace.store())[:5]
    print_fields(
        {
            "repository": str(workspace.root),
            "commit": repo.get_git_wrapper().head_sha(),
            "pipelines": workspace.relative(workspace.pipelines),
            "artifact store": workspace.relative(workspace.artifacts.uri),
            "metadata store": repr(workspace.metadata),
            "last runs": [
                {
                    "run": run.name,
                    "state": run.state,
                    "started": moment(run.started),
                    "seconds": duration(run.seconds),
                }
                for run in last
            ],
        },
        output,
    )
