"""`zenml run why`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from zenml.cli.output import output_option, print_fields, print_rows

if TYPE_CHECKING:
    from zenml.client import RunView, StepView
    from zenml.runtime.reasons import Reason


@click.command()
@click.argument("name", metavar="RUN")
@click.argument("step", metavar="[STEP]", required=False)
@output_option
def why(name: str, step: str | None, output: str) -> None:
    """Say why the steps of RUN ran: what was other than before.

    With STEP, all that is known of that one: commits, differences that were not
    committed, and what made its inputs other than before.
    """
    from zenml.client import Client

    view = Client().get_pipeline_run(name)
    if step is None:
        rows = [_row(each, output) for each in view.steps.values()]
        print_rows(rows, output, f"Of run {view.name} no step began.")
    elif output == "json":
        print_fields({"run": view.name, **_row(view.get_step(step), output)}, output)
    else:
        for line in _story(view, view.get_step(step)):
            click.echo(line)


def _row(step: StepView, output: str) -> dict[str, Any]:
    told = step.why
    if output != "json":
        return {"step": told.step, "why": told.verdict}
    return {
        "step": told.step,
        "state": told.state,
        "since": told.since or None,
        "reasons": [
            {**reason.to_dict(), "text": text, **_difference(step, reason)}
            for reason, text in zip(told.reasons, told.sentences, strict=True)
        ],
    }


def _difference(step: StepView, reason: Reason) -> dict[str, str]:
    from zenml.client.why import uncommitted

    text = uncommitted(step, reason.about) if reason.facts.get("uncommitted") else ""
    return {"diff": text} if text else {}


def _story(view: RunView, step: StepView) -> Iterator[str]:
    """A step, and the steps before it whose results it read."""
    told = step.why
    yield from _lines(view, step, set(), "")
    if told.since and not step.is_cached:
        yield f"Compared with run {told.since}."
    for reason in told.reasons:
        text = _difference(step, reason).get("diff")
        if text:
            yield f"\n{text}"


def _lines(view: RunView, step: StepView, seen: set[str], indent: str) -> Iterator[str]:
    told = step.why
    seen.add(told.step)
    if not told.reasons:
        yield f"{indent}{told}"
        return
    yield f"{indent}{told.step} ran because"
    for reason, text in zip(told.reasons, told.sentences, strict=True):
        yield f"{indent}  {text}"
        source = reason.facts.get("node")
        if source in view.steps and source not in seen and "because" not in reason.facts:
            yield from _lines(view, view.get_step(source), seen, f"{indent}    ")
