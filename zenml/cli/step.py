"""`zenml step`."""

from __future__ import annotations

import click

from zenml.cli.output import output_option, print_rows


@click.group()
def step() -> None:
    """Steps used by the pipelines of this repository."""


@step.command("list")
@output_option
def list_(output: str) -> None:
    """List the steps, each version that ran a row."""
    from zenml.repo import Repository

    versions = Repository.get_instance().get_step_versions()
    rows = [
        {"step": source, "version": version}
        for source in sorted(versions)
        for version in sorted(versions[source])
    ]
    print_rows(rows, output, "No step has run here yet.")
