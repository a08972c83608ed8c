"""What `zenml bisect` prints."""

from __future__ import annotations

import sys

import click

from zenml.hints import number_of
from zenml.runtime.bisect.finding import Change, Finding
from zenml.runtime.bisect.trial import Listener, Trial
from zenml.runtime.progress import Progress

_MANY = 20


class Lines(Listener):
    """Prints a line for every commit that was looked at, and a spinner meanwhile.

    Args:
        error: Print on standard error, for what is on the other one is data.

    Example:
        >>> Lines().ended(Trial("1a2b" * 10, "good", 0.9, run="bisect-p-1", executed=("train",)))
        1a2b1a2b1a2b  good     0.9        ran train
    """

    def __init__(self, error: bool = False) -> None:
        """Prints nothing yet."""
        from rich.console import Console

        self._error = error
        self._progress = Progress(Console(file=sys.stderr, highlight=False))

    def begins(self, sha: str) -> None:
        """See `Listener`."""
        self._progress.stop()
        self._progress.busy(sha[:12])

    def ended(self, trial: Trial) -> None:
        """See `Listener`."""
        self.stop()
        value = "-" if trial.value is None else f"{trial.value:.6g}"
        line = f"{trial.sha[:12]}  {trial.verdict:<7}  {value:<9}  {_how(trial)}"
        click.echo(line, err=self._error)

    def stop(self) -> None:
        """Takes the spinner off the terminal."""
        self._progress.stop()


def _how(trial: Trial) -> str:
    if trial.same_as:
        return f"the same code as {trial.same_as[:12]}"
    if trial.reason:
        return trial.reason
    if not trial.run:
        return "known from an earlier run"
    return f"ran {', '.join(trial.executed) or 'nothing: all steps were cached'}"


def print_finding(found: Finding) -> None:
    """Prints the commit, what it took to find it, and its diff."""
    click.echo()
    if found.commit is None:
        _print_candidates(found)
    else:
        before, at = found.values
        values = "" if before is None or at is None else f" from {before:.6g} to {at:.6g}"
        click.echo(f"{found.commit}\nmoved {found.metric} of step `{found.step}`{values}.")
    click.echo(f"The limit was {found.limit.value:.6g}. {_effort(found)}")
    if found.change is not None:
        _print_change(found.change)


def _print_candidates(found: Finding) -> None:
    click.echo(
        f"One of these {len(found.commits)} commits moved {found.metric}; between them the "
        "pipeline does not run:"
    )
    for commit in found.commits[:_MANY]:
        click.echo(f"  {commit}")
    if found.commits[_MANY:]:
        click.echo(f"  and {len(found.commits) - _MANY} more")


def _effort(found: Finding) -> str:
    count = len(found.trials)
    looked = f"{number_of('commits', count)} {'was' if count == 1 else 'were'} looked at"
    steps = ", ".join(f"{name} {number}" for name, number in found.executed.items())
    if not steps:
        return f"{looked}; no step had to run."
    return f"{looked}; steps that really ran: {sum(found.executed.values())} ({steps})."


def _print_change(change: Change) -> None:
    if change.others:
        listed = ", ".join(change.others[:_MANY]) + (", ..." if change.others[_MANY:] else "")
        click.echo(f"Files that it changed besides the pipeline's code: {listed}")
    click.echo()
    click.echo(change.diff, nl=False)
