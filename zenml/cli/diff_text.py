"""How the comparison of two runs is printed: what differs first, what is equal in a line."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from zenml.cli.output import moment

if TYPE_CHECKING:
    from zenml.client.comparison.changes import Change
    from zenml.client.comparison.code_difference import FileDifference
    from zenml.client.comparison.comparison import RunComparison
    from zenml.client.comparison.datasets import DataDifference
    from zenml.client.comparison.features import FeatureDifference
    from zenml.client.comparison.metrics import MetricDifference
    from zenml.client.comparison.steps import StepDifference

_MORE = "--output json, or --html FILE"
_GROUPS = 12  # of steps that differ alike
_NAMES = 8  # of steps, or of files, in one line
_DATASETS = 6
_FILES = 8  # whose difference is printed
_FEATURES = 3  # of a split, those that drifted most
_METRICS = 20
_DIFF_LINES = 40  # of a file
_LONG = 60  # characters of a value
_MARKS = {"l_infinity": "L-infinity", "jensen_shannon": "Jensen-Shannon"}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def print_comparison(found: RunComparison) -> None:
    """Prints a comparison; lines are as wide as the terminal."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    for side, run in (("A", found.a), ("B", found.b)):
        click.echo(_run_line(side, run))
    click.echo()
    for title, lines in _sections(found):
        body = [part for line in lines for part in _wrapped(line, width)]
        if body:
            click.secho(title, bold=True)
            click.echo("\n".join(body))
    click.echo("\n".join(_wrapped(_equal_line(found), width)))
    for note in found.notes:
        click.echo("\n".join(_wrapped(f"Note: {note}", width)))
    for file in found.steps.code[:_FILES]:
        _print_diff(file)
    if len(found.steps.code) > _FILES:
        click.echo(f"\nand {len(found.steps.code) - _FILES} more files: {_MORE}")


def _wrapped(line: str, width: int) -> list[str]:
    inner = len(line) - len(line.lstrip()) + 4
    return (
        textwrap.wrap(line, width, subsequent_indent=" " * inner) if len(line) > width else [line]
    )


def _run_line(side: str, run: dict[str, Any]) -> str:
    from datetime import datetime

    started = datetime.fromisoformat(run["started"]).timestamp() if run["started"] else None
    seconds = f"{run['seconds']:.1f} s" if run["seconds"] is not None else ""
    head = f"at {run['head'][:12]}" if run.get("head") else ""
    parts = (side, run["run"], moment(started), seconds, run["state"], head)
    return "  ".join(part for part in parts if part)


def _sections(found: RunComparison) -> Iterator[tuple[str, Iterable[str]]]:
    yield "Steps", _steps(found)
    yield "Parameters", (f"  {_change(one)}" for one in found.parameters)
    yield "Datasource", (f"  {_change(one)}" for one in found.datasource)
    yield "Packages", (f"  {_change(one)}" for one in found.packages)
    yield "Metrics", _metrics(found.metrics)
    yield "Data", _data(found)
    yield "Schema", (f"  {_change(one)}" for one in found.schema)
    yield "Times", _times(found)


def _steps(found: RunComparison) -> Iterator[str]:
    """What differs, and the steps that differ so."""
    counts = {file.path: file.counts for file in found.steps.code}
    groups: dict[tuple[str, ...], list[str]] = {}
    for step in found.steps.changed:
        for said in (tuple(_code(step, counts)), tuple(_given(step))):
            if said:
                groups.setdefault(said, []).append(step.name)
    blocks: dict[tuple[str, ...], list[str]] = {}
    for said, names in groups.items():
        blocks.setdefault(tuple(names), []).extend(said)
    for steps, lines in list(blocks.items())[:_GROUPS]:
        yield f"  {_listed(steps)}"
        yield from (f"    {line}" for line in lines)
    if len(blocks) > _GROUPS:
        yield f"  and {len(blocks) - _GROUPS} more: {_MORE}"
    for side, only in (("A", found.steps.only_a), ("B", found.steps.only_b)):
        if only:
            yield f"  only in {side}: {_listed(only)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{', '.join(names[:_NAMES])}{more}"


def _code(step: StepDifference, counts: dict[str, tuple[int, int]]) -> Iterator[str]:
    if step.files:
        files = [f"{path} (+{counts[path][0]} -{counts[path][1]})" for path in step.files]
        old, new = (version[:12] or "-" for version in step.version)
        yield f"code {old} -> {new}: {_listed(files)}"
    yield from (f"  {commit}" for commit in step.commits[:3])
    if step.unknown:
        yield f"code not compared: {step.unknown}"


def _given(step: StepDifference) -> Iterator[str]:
    changes = [*([step.source] if step.source else []), *step.arguments]
    if changes:
        yield ", ".join(_change(one) for one in changes)
    if step.inputs:
        yield f"reads {', '.join(_change(one) for one in step.inputs)}"


def _change(change: Change) -> str:
    return f"{change.name} {_value(change.a)} -> {_value(change.b)}"


def _value(value: Any) -> str:
    text = "(none)" if value is ... else value if isinstance(value, str) and value else repr(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."


def _data(found: RunComparison) -> Iterator[str]:
    for data in found.data.compared[:_DATASETS]:
        yield from _dataset(data)
    if len(found.data.compared) > _DATASETS:
        yield f"  and {len(found.data.compared) - _DATASETS} more: {_MORE}"
    for name, why in found.data.unread:
        yield f"  {name}: not compared: {why}"
    for side, only in (("A", found.data.only_a), ("B", found.data.only_b)):
        if only:
            yield f"  only in {side}: {_listed(only)}"


def _dataset(data: DataDifference) -> Iterator[str]:
    a, b = data.rows
    changed = [one for one in data.features if not one.is_equal]
    columns = f"{len(changed)} of {len(data.features)} columns differ"
    yield f"  {data.name}: {f'{a} rows' if a == b else f'{a} -> {b} rows'}, {columns}"
    width = max((len(one.name) for one in changed[:_FEATURES]), default=0)
    for one in changed[:_FEATURES]:
        drift = f"{one.drift:.3f} {_MARKS[one.measure]}" if one.drift is not None else "no measure"
        yield f"    {one.name:<{width}}  {drift:<20}  {_figures(one)}"
    for side, only in (("A", data.only_a), ("B", data.only_b)):
        if only:
            yield f"    columns only in {side}: {_listed(only)}"


def _figures(one: FeatureDifference) -> str:
    """What shows best how a column differs."""
    if one.a.kind != one.b.kind:
        return f"{one.a.kind} -> {one.b.kind}"
    if one.value:
        shares = (side.counts.get(one.value, 0) / side.total for side in (one.a, one.b))
        return f"{one.value} {' -> '.join(f'{share:.1%}' for share in shares)}"
    if one.a.missing != one.b.missing and one.a.figures == one.b.figures:
        return f"missing {one.a.missing} -> {one.b.missing}"
    means = [side.figures.get("mean") for side in (one.a, one.b)]
    return f"mean {_number(means[0])} -> {_number(means[1])}" if None not in means else ""


def _metrics(metrics: tuple[MetricDifference, ...]) -> Iterator[str]:
    changed = [one for one in metrics if not one.is_equal]
    shown = [(_metric_name(one), one) for one in changed[:_METRICS]]
    width = max((len(name) for name, _ in shown), default=0)
    for name, one in shown:
        change = f"  {one.change:+.4g}" if one.change is not None else ""
        yield f"  {name:<{width}}  {_number(one.a):>8} -> {_number(one.b):<8}{change}"
    if len(changed) > _METRICS:
        yield f"  and {len(changed) - _METRICS} more: {_MORE}"


def _metric_name(one: MetricDifference) -> str:
    return f"{one.step} {one.metric}{f' [{one.slice}]' if one.slice else ''}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _times(found: RunComparison) -> Iterator[str]:
    """The run, and the steps that took longest."""
    told = [(one, max(one.a or 0.0, one.b or 0.0)) for one in found.times]
    longest = sorted((pair for pair in told if pair[1] >= 0.1), key=lambda pair: -pair[1])[:5]
    sides = " -> ".join(_seconds(run["seconds"], run["state"]) for run in (found.a, found.b))
    steps = [
        f"{one.step} {_seconds(one.a, one.states[0])} -> {_seconds(one.b, one.states[1])}"
        for one, _ in longest
    ]
    yield f"  run {'; '.join([sides, *steps])}"


def _seconds(seconds: float | None, state: str) -> str:
    if state in ("cached", "failed", ""):
        return state or "-"
    return f"{seconds:.1f} s" if seconds is not None else "-"


def _equal_line(found: RunComparison) -> str:
    steps = found.steps.equal
    parts = [part for part in found.equal if part != "steps"]
    if steps:
        parts.insert(0, f"steps ({_listed(steps)})")
    metrics = sum(one.is_equal for one in found.metrics)
    if "metrics" in found.differing and metrics:
        parts.append(f"{metrics} of {len(found.metrics)} metrics")
    if found.data.equal and "data" in found.differing:
        parts.append(f"data ({_listed(found.data.equal)})")
    return f"Equal: {', '.join(parts) or 'nothing'}"


def _print_diff(file: FileDifference) -> None:
    click.echo()
    if file.unknown:
        click.echo(f"{file.path}: {file.unknown}")
        return
    lines = file.diff.splitlines()
    for line in lines[:_DIFF_LINES]:
        click.secho(line, fg=_COLOURS.get(line[:1]))
    if len(lines) > _DIFF_LINES:
        click.echo(f"... {len(lines) - _DIFF_LINES} more lines of {file.path}: {_MORE}")
