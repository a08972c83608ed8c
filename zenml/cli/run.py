"""`zenml run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zenml.cli.diff import diff
from zenml.cli.output import duration, moment, output_option, print_fields, print_rows, size
from zenml.cli.reproduce import reproduce
from zenml.cli.why import why

if TYPE_CHECKING:
    from zenml.client import RunView, StepView

_LIMIT = 50
_STATES = ["running", "succeeded", "failed"]


@click.group()
def run() -> None:
    """Runs of pipelines; RUN is a name, its first letters, or an id."""


run.add_command(diff)
run.add_command(reproduce)
run.add_command(why)


@run.command("list")
@click.option("--pipeline", help="Only runs of the pipeline of that name.")
@click.option("--status", type=click.Choice([*_STATES, "completed"]), help="Only runs that did so.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_LIMIT,
    show_default=True,
    help="So many at most, the newest.",
)
@output_option
def list_(pipeline: str | None, status: str | None, limit: int, output: str) -> None:
    """List the runs, the newest first."""
    from zenml.client import Client

    found = Client().list_pipeline_runs(pipeline=pipeline, status=status)
    print_rows([_row(view) for view in found[:limit]], output, "There is no such run here.")
    if len(found) > limit:
        more = len(found) - limit
        click.echo(f"{more} older: zenml run list --limit {len(found)}", err=True)


def _row(view: RunView) -> dict[str, Any]:
    return {
        "run": view.name,
        "id": view.id,
        "pipeline": view.pipeline_name,
        "state": view.state,
        "started": moment(view.start_time.timestamp()) if view.start_time else None,
        "seconds": duration(view.seconds),
    }


@run.command()
@click.argument("name", metavar="RUN")
@output_option
def get(name: str, output: str) -> None:
    """Show RUN: its steps, how each ended, and what it made."""
    from zenml.client import Client

    view = Client().get_pipeline_run(name)
    fields = {
        **_row(view),
        "reasons": [
            {"step": step.name, "reason": step.reason}
            for step in view.steps.values()
            if step.reason
        ],
        "error": view.error if output == "json" else view.error.partition("\n")[0],
        "file": view.file,
        "parameters": view.parameters,
        "tags": view.tags,
        "metadata": view.metadata,
    }
    short = {key: value for key, value in fields.items() if output == "json" or value}
    print_fields({**short, "steps": [_step_row(s, output) for s in view.steps.values()]}, output)


def _step_row(step: StepView, output: str) -> dict[str, Any]:
    """A step; on a terminal without what would only fill the lines."""
    row = {
        "step": step.name,
        "state": step.state,
        "seconds": duration(step.seconds),
        "version": step.version if output == "json" else step.version[:12],
    }
    if output != "json":
        return {**row, "outputs": ", ".join(step.outputs)}
    outputs = {
        key: {"artifact": view.name, "version": view.version, "uri": view.uri}
        for key, view in step.outputs.items()
    }
    more = {"source": step.source, "error": step.error, "metadata": step.metadata}
    if step.blessed is not None:
        more["blessed"] = step.blessed
    return {**row, **more, "outputs": outputs}


@run.command()
@click.argument("name", metavar="RUN")
@click.argument("step", metavar="STEP")
def logs(name: str, step: str) -> None:
    """Print what STEP of RUN printed, where it was run last."""
    from zenml.client import Client

    view = Client().get_pipeline_run(name).get_step(step)
    text = view.logs
    if text:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        click.echo(f"Step {step} of run {view.run.name} printed nothing.", err=True)


@run.command()
@click.argument("names", metavar="RUN...", nargs=-1, required=True)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def delete(names: tuple[str, ...], yes: bool) -> None:
    """Delete each RUN, and of what it made all that nothing else uses."""
    from zenml.client import Client
    from zenml.runtime import deletion

    found = [Client().get_pipeline_run(name, of_pipeline=False) for name in names]
    views = {view.name: view for view in found}
    for view in views.values():  # a wrong one is told before any is gone
        deletion.refuse_running(view.record)
    for view in views.values():
        _delete(view, yes)


def _delete(view: RunView, yes: bool) -> None:
    from zenml.runtime import deletion

    plan = deletion.plan(view.store, view.record)
    click.echo(
        f"Run {view.name}: of its artifacts {len(plan.removed)} go ({size(plan.bytes)}), and "
        f"{len(plan.kept)} stay because something else uses them."
    )
    if not yes:
        click.confirm("Delete it?", abort=True)
    deletion.delete_run(view.store, view.record)
    click.echo(f"Deleted run {view.name}.")
