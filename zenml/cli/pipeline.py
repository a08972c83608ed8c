"""`zenml pipeline`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zenml.cli import results
from zenml.cli.output import duration, moment, output_option, print_fields, print_rows
from zenml.hints import number_of

if TYPE_CHECKING:
    from zenml.spec import StepSpec

_F = TypeVar("_F", bound=Callable[..., Any])


@click.group()
def pipeline() -> None:
    """Pipelines that ran in this repository."""


for _command in results.COMMANDS:
    pipeline.add_command(_command)


@pipeline.command("list")
@output_option
def list_(output: str) -> None:
    """List the pipelines, each with its newest YAML file."""
    from zenml.repo import Repository

    rows = [_row(record) for record in Repository.get_instance().pipeline_records()]
    print_rows(rows, output, "No pipeline has run here yet.")


def _row(record: Any) -> dict[str, Any]:
    datasource = record.spec.datasource
    return {
        "name": record.spec.name,
        "type": record.spec.type,
        "datasource": datasource.name if datasource else None,
        "commit": datasource.commit[:12] if datasource else None,
        "written": _written(record.written),
        "file": record.file,
    }


def _written(text: str) -> str | None:
    """The time in a pipeline's file as other times are shown."""
    from datetime import datetime

    try:
        return moment(datetime.fromisoformat(text).timestamp())
    except ValueError:  # edited by hand
        return text


@pipeline.command()
@click.argument("name")
@output_option
def get(name: str, output: str) -> None:
    """Show the pipeline NAME: its steps at their versions, and its runs."""
    from zenml.metadata import runs
    from zenml.repo import Repository
    from zenml.runtime.workspace import Workspace

    record = Repository.get_instance().pipeline_record(name)
    every = runs.list_runs(Workspace.of(record.spec).store(), name)
    found = [run for run in every if not run.unlisted]
    steps = [_step_row(node.name, node.step, output) for node in record.spec.nodes if node.step]
    last = [
        {
            "run": run.name,
            "state": run.state,
            "started": moment(run.started),
            "seconds": duration(run.seconds),
        }
        for run in found[:20]
    ]
    print_fields({**_row(record), "steps": steps, "runs": last}, output)


def _step_row(name: str, step: StepSpec, output: str) -> dict[str, Any]:
    """A step; on a terminal without what would only fill the lines."""
    if output == "json":
        arguments: Any = step.args
        source, version = step.source, step.version
    else:
        given = {key: value for key, value in step.args.items() if value is not None}
        arguments = ", ".join(f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in given.items())
        source, version = step.source.rpartition(".")[2], step.version[:12]
    return {"step": name, "source": source, "version": version, "arguments": arguments}


def _workers_option(function: _F) -> _F:
    return click.option(
        "--max-workers",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Run so many branches at the same time, each in a process of its own.",
    )(function)


@pipeline.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@_workers_option
def run(file: str, max_workers: int) -> None:
    """Run the pipeline of the YAML file FILE."""
    from zenml.errors import SpecError
    from zenml.runtime.entry import run_file

    if file.endswith(".py"):
        raise SpecError(f"{file} is a Python file: run it with `python {shlex.quote(file)}`.")
    run_file(file, max_workers=max_workers)


@pipeline.command()
@click.option("--datasource", help="Only runs that read the datasource of that name.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, writable=True),
    help="Write a page with plots to FILE; it opens without a network.",
    metavar="FILE",
)
@output_option
def compare(datasource: str | None, html: str | None, output: str) -> None:
    """Show the training runs side by side: what they were given, and what came out."""
    from zenml.repo import Repository

    found = Repository.get_instance().compare_training_runs(datasource=datasource)
    if html is not None:
        found.to_html(html)
    rows = found.rows if output == "json" else [_short(row) for row in found.rows]
    which = "training pipeline that reads it" if datasource else "training pipeline"
    print_rows(rows, output, f"No {which} has run here yet.")


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A training run as it fits a terminal: without slices, numbers as people read them."""
    left_out = ("pipeline", "state", "started", "commit")
    shown = {k: v for k, v in row.items() if k not in left_out and not k.endswith("]")}
    short = {k: f"{v:.4g}" if isinstance(v, float) else v for k, v in shown.items()}
    if row.get("seconds") is not None:
        short["seconds"] = f"{row['seconds']:.2f}"
    return short


@pipeline.command()
@click.argument("name", metavar="RUN")
@_workers_option
def resume(name: str, max_workers: int) -> None:
    """Run what did not end well in RUN, with the versions of that run."""
    from zenml.client import Client

    run_name = Client().get_pipeline_run(name).name
    from zenml.runtime.resume import resume as resume_run

    resume_run(run_name, max_workers=max_workers)


@pipeline.command()
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def delete(name: str, yes: bool) -> None:
    """Remove the files of the pipeline NAME; its runs stay, unlisted."""
    from zenml.repo import Repository
    from zenml.runtime.deletion import delete_pipeline

    repo = Repository.get_instance()
    repo.pipeline_record(name)
    if not yes:
        files = [file for file, _ in repo.pipeline_specs(name)]
        click.echo("".join(f"{file}\n" for file in files), nl=False)
        click.confirm(f"Remove {number_of('files', len(files))} of pipeline {name}?", abort=True)
    removed = delete_pipeline(name)
    click.echo(
        f"Deleted pipeline {name} ({number_of('files', len(removed))}). Its runs stay: zenml run "
        f"list --pipeline {shlex.quote(name)}"
    )
