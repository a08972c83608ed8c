"""`zenml bisect`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zenml.cli.output import output_option, print_fields

if TYPE_CHECKING:
    from zenml.runtime.bisect.finding import Finding
    from zenml.runtime.bisect.trial import Trial

_MANY = 20


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
    from zenml.client import Client
    from zenml.runtime.bisect.entry import bisect as find

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
        listen=lambda trial: click.echo(_line(trial), err=output == "json"),
    )
    if output == "json":
        print_fields(found.to_dict(), output)
    else:
        _print(found)


def _line(trial: Trial) -> str:
    value = "-" if trial.value is None else f"{trial.value:.6g}"
    return f"{trial.sha[:12]}  {trial.verdict:<7}  {value:<9}  {_how(trial)}"


def _how(trial: Trial) -> str:
    if trial.same_as:
        return f"the same code as {trial.same_as[:12]}"
    if trial.reason:
        return trial.reason
    if not trial.run:
        return "known from an earlier run"
    return f"ran {', '.join(trial.executed) or 'nothing: all steps were cached'}"


def _print(found: Finding) -> None:
    click.echo()
    if found.commit is not None:
        before, at = found.values
        click.echo(f"{found.commit}")
        if before is not None and at is not None:
            click.echo(
                f"moved {found.metric} of step `{found.step}` from {before:.6g} to {at:.6g}."
            )
        else:
            click.echo(f"moved {found.metric} of step `{found.step}`.")
    else:
        click.echo(
            f"One of these {len(found.commits)} commits moved {found.metric}; the pipeline does "
            "not run at those in between:"
        )
        for commit in found.commits[:_MANY]:
            click.echo(f"  {commit}")
        if len(found.commits) > _MANY:
            click.echo(f"  and {len(found.commits) - _MANY} more")
    click.echo(f"The limit was {found.limit.value:.6g}. {_effort(found)}")
    if found.change is not None:
        _print_change(found)


def _effort(found: Finding) -> str:
    count = sum(found.executed.values())
    steps = ", ".join(f"{name} {number}" for name, number in found.executed.items())
    looked = f"{len(found.trials)} commits were looked at"
    if not count:
        return f"{looked}; no step had to run."
    return f"{looked}; steps that really ran: {count} ({steps})."


def _print_change(found: Finding) -> None:
    change = found.change
    assert change is not None
    if change.others:
        listed = ", ".join(change.others[:_MANY]) + (", ..." if change.others[_MANY:] else "")
        click.echo(f"Files that it changed besides the pipeline's code: {listed}")
    click.echo()
    click.echo(change.diff, nl=False)
