"""`zenml pipeline`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from zenml.cli.output import moment, output_option, print_fields, print_rows

if TYPE_CHECKING:
    from zenml.spec import StepSpec


@click.group()
def pipeline() -> None:
    """Pipelines that ran in this repository."""


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
        "written": record.written[:19],
        "file": record.file,
    }


@pipeline.command()
@click.argument("name")
@output_option
def get(name: str, output: str) -> None:
    """Show the pipeline NAME: its steps at their versions, and its runs."""
    from zenml.metadata import runs
    from zenml.repo import Repository
    from zenml.runtime.workspace import Workspace

    record = Repository.get_instance().pipeline_record(name)
    found = runs.list_runs(Workspace.of(record.spec).store(), name)
    steps = [_step_row(node.name, node.step, output) for node in record.spec.nodes if node.step]
    last = [
        {
            "run": run.name,
            "state": run.state,
            "started": moment(run.started),
            "seconds": round(run.seconds, 1) if run.seconds is not None else None,
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
        arguments = ", ".join(f"{key}={json.dumps(value)}" for key, value in given.items())
        source, version = step.source.rpartition(".")[2], step.version[:12]
    return {"step": name, "source": source, "version": version, "arguments": arguments}


@pipeline.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def run(file: str) -> None:
    """Run the pipeline of the YAML file FILE."""
    from zenml.runtime.entry import run_file

    run_file(file)
