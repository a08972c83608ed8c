"""`zenml run reproduce`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from zenml.cli.output import output_option, print_fields, print_rows

if TYPE_CHECKING:
    from zenml.runtime.reproduce import Reproduction


@click.command()
@click.argument("name", metavar="RUN")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=1e-4,
    show_default=True,
    help="How far weights, metrics and other floats may lie apart, relative to those recorded.",
)
@click.option("--keep", metavar="DIR", help="Keep what is made, with its records, in DIR.")
@output_option
def reproduce(name: str, tolerance: float, keep: str | None, output: str) -> None:
    """Run RUN once more at its commits, and compare all that it makes.

    The code comes from checkouts outside of the working tree, and the results go into
    scratch stores: nothing of the repository changes.

    Exits with 0 where all is identical or equal within the tolerance, with 1 where
    something is different, and with 3 where something cannot be reproduced.
    """
    from rich.console import Console

    from zenml.client import Client
    from zenml.runtime.progress import Progress
    from zenml.runtime.reproduce import reproduce as run_once_more
    from zenml.runtime.reproduce.tolerance import Tolerance

    run = Client().get_pipeline_run(name)
    progress = Progress(Console(stderr=True, highlight=False, soft_wrap=True))
    progress.say(f"Reproducing run {run.name} of pipeline {run.pipeline_name}")
    limits = Tolerance(relative=tolerance)
    with _prints_aside():
        found = run_once_more(run.name, tolerance=limits, keep=keep, progress=progress)
    _print(found, output)


@contextlib.contextmanager
def _prints_aside() -> Iterator[None]:
    """Sends what the steps print to standard error, in other processes too: the answer is alone."""
    sys.stdout.flush()
    saved = os.dup(1)
    os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def _print(found: Reproduction, output: str) -> None:
    if output == "json":
        print_fields(found.to_dict(), output)
    else:
        rows = [{"step": n.node, "verdict": n.verdict, "why": n.why} for n in found.nodes]
        print_rows(rows, output, "The run has no steps.")
        for change in found.changes:
            click.echo(f"Other version than in the run: {change}")
        click.echo(f"\nRun {found.run}: {found.verdict} ({found.seconds:.1f} s)")
        if found.kept:
            click.echo(f"Kept in {found.kept}")
    sys.exit(found.exit_status)
