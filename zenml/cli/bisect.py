"""`zenml bisect`."""

from __future__ import annotations

import click

from zenml.cli.output import output_option, print_fields


def _slice(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in given:
        column, equals, value = text.partition("=")
        if not column or not equals:
            raise click.BadParameter(f"{text!r} is no slice; write it as COLUMN=VALUE.")
        found[column] = value
    return found


@click.command()
@click.argument("pipeline")
@click.option(
    "--metric", required=True, help="The metric; STEP.METRIC where several steps give it."
)
@click.option("--good", required=True, metavar="COMMIT", help="A commit before it moved.")
@click.option("--bad", default="HEAD", show_default=True, metavar="COMMIT", help="A commit after.")
@click.option(
    "--slice",
    "about",
    multiple=True,
    callback=_slice,
    metavar="COLUMN=VALUE",
    help="Only rows with that value; of an evaluator.",
)
@click.option("--threshold", type=float, help="From this value on a commit is good.")
@click.option(
    "--drop", type=click.FloatRange(min=0), help="So far from the good one is still good."
)
@click.option("--lower-is-better", is_flag=True, help="Small values are good, as of a loss.")
@click.option("--run", metavar="RUN", help="What RUN ran is run; else the newest that succeeded.")
@click.option(
    "--from",
    "built_by",
    default="",
    metavar="MODULE.NAME",
    help="At each commit take the pipeline from there; NAME may be a function that gives it.",
)
@output_option
def bisect(
    pipeline: str,
    metric: str,
    good: str,
    bad: str,
    about: dict[str, str],
    threshold: float | None,
    drop: float | None,
    lower_is_better: bool,
    run: str | None,
    built_by: str,
    output: str,
) -> None:
    """Find the commit that moved a metric of PIPELINE.

    The pipeline runs in checkouts outside of the work tree; steps whose code is
    the same are not run again. Without --threshold and --drop the limit is in the
    middle between the two commits.
    """
    if threshold is not None and drop is not None:
        raise click.UsageError("Take either --threshold or --drop.")
    from zenml.cli.bisect_text import Lines, print_finding
    from zenml.client import Client
    from zenml.runtime.bisect.entry import bisect as find

    lines = Lines(error=output == "json")
    try:
        found = find(
            pipeline,
            metric=metric,
            good=good,
            bad=bad,
            slice=about,
            threshold=threshold,
            drop=drop,
            lower_is_better=lower_is_better,
            run=Client().get_pipeline_run(run).name if run else None,
            built_by=built_by,
            listener=lines,
        )
    finally:
        lines.stop()
    if output == "json":
        print_fields(found.to_dict(), output)
    else:
        print_finding(found)
