"""The page of a comparison: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from zenml.client.comparison.changes import Change
from zenml.client.comparison.code_difference import FileDifference
from zenml.client.comparison.comparison import RunComparison
from zenml.client.comparison.datasets import DataDifference
from zenml.client.comparison.features import FeatureDifference
from zenml.client.comparison.metrics import MetricDifference
from zenml.client.comparison.plots import feature_plot
from zenml.client.comparison.steps import StepDifference
from zenml.client.html.bars import bars_plot
from zenml.client.html.parts import document, section, shown, table

_MEASURES = {"l_infinity": "L-infinity", "jensen_shannon": "Jensen-Shannon"}
_PLOTS = 40  # of one dataset, those of the columns that drifted most


def page(found: RunComparison) -> str:
    """The whole page."""
    title = f"{found.a['run']} and {found.b['run']}"
    body = [
        "<h1>What differs <span class='key a'>A</span><span class='key b'>B</span></h1>",
        f"<div class='runs'>{_run('a', found.a)}{_run('b', found.b)}</div>",
        f"<p><b>Differs:</b> {escape(', '.join(found.differing)) or 'nothing'}</p>",
        f"<p class='equal'>Equal: {escape(', '.join(found.equal)) or 'nothing'}</p>",
        *(f"<p class='equal'>{escape(note)}</p>" for note in found.notes),
        section("Steps", _steps(found)),
        section("Parameters", _changes(found.parameters)),
        section("Datasource", _changes(found.datasource)),
        section("Packages", _changes(found.packages)),
        section("Metrics", _metrics(found.metrics)),
        section("Data", _data(found)),
        section("Schema", _changes(found.schema)),
        section("Code", "".join(_file(file) for file in found.steps.code)),
        section("Times", _times(found)),
    ]
    return document(title, body)


def _run(side: str, run: dict[str, Any]) -> str:
    seconds = f"{run['seconds']:.1f} s" if run["seconds"] is not None else "not ended"
    started = (run["started"] or "")[:19].replace("T", " ")
    said = escape(f"pipeline {run['pipeline']}, {run['state']}, {seconds}, {started} UTC")
    head = f", at commit {escape(run['head'][:12])}" if run.get("head") else ""
    error = f"<br>{escape(run['error'].splitlines()[0])}" if run["error"] else ""
    name = f"<b>{escape(run['run'])}</b>"
    return f"<div class='run {side}'>{name}<br><span class='dim'>{said}{head}{error}</span></div>"


def _changes(changes: Sequence[Change]) -> str:
    rows = [(escape(one.name), shown(one.a), shown(one.b)) for one in changes]
    return table(("", "A", "B"), rows)


def _steps(found: RunComparison) -> str:
    rows = [(f"<b>{escape(one.name)}</b>", _step(one)) for one in found.steps.changed]
    lists = {
        "Only in A": found.steps.only_a,
        "Only in B": found.steps.only_b,
        "Equal": found.steps.equal,
    }
    said = [
        f"<p class='equal'>{title}: {escape(', '.join(names))}</p>"
        for title, names in lists.items()
        if names
    ]
    return table(("Step", "What differs"), rows) + "".join(said)


def _step(step: StepDifference) -> str:
    lines = []
    if step.files:
        versions = " → ".join(version[:12] or "-" for version in step.version)
        lines.append(f"code {escape(versions)}: {escape(', '.join(step.files))}")
    lines += (f"<span class='dim'>{escape(str(commit))}</span>" for commit in step.commits)
    if step.unknown:
        lines.append(f"code not compared: {escape(step.unknown)}")
    for one in (*([step.source] if step.source else []), *step.arguments, *step.inputs):
        lines.append(f"{escape(one.name)} {shown(one.a)} → {shown(one.b)}")
    return "<br>".join(lines)


def _metrics(metrics: Sequence[MetricDifference]) -> str:
    """A plot for each metric, overall and by slice; those that differ first."""
    groups: dict[tuple[str, str], list[MetricDifference]] = {}
    for one in metrics:
        groups.setdefault((one.step, one.metric), []).append(one)
    ordered = sorted(groups.items(), key=lambda item: all(one.is_equal for one in item[1]))
    plots = [
        f"<figure><figcaption>{escape(metric)} <small>{escape(step)}"
        f"{_change(group)}</small></figcaption>"
        f"{bars_plot([(one.slice or 'all rows', (one.a, one.b)) for one in group], metric)}"
        "</figure>"
        for (step, metric), group in ordered
    ]
    return f"<div class='plots'>{''.join(plots)}</div>" if plots else ""


def _change(group: Sequence[MetricDifference]) -> str:
    overall = next((one.change for one in group if not one.slice), None)
    return "" if overall is None else f", {overall:+.4g}" if overall else ", equal"


def _data(found: RunComparison) -> str:
    compared = found.data.compared
    parts = [_dataset(data, data is compared[0]) for data in compared]
    parts += (
        f"<p>{escape(name)}: not compared: {escape(why)}</p>" for name, why in found.data.unread
    )
    for title, names in (
        ("Only in A", found.data.only_a),
        ("Only in B", found.data.only_b),
        ("Equal", found.data.equal),
    ):
        if names:
            parts.append(f"<p class='equal'>{title}: {escape(', '.join(names))}</p>")
    return "".join(parts)


def _dataset(data: DataDifference, is_open: bool) -> str:
    a, b = data.rows
    rows = f"{a} rows" if a == b else f"{a} → {b} rows"
    figures = "".join(_feature(one) for one in data.features[:_PLOTS])
    left = len(data.features) - _PLOTS
    more = f"<p class='equal'>{left} more columns drifted less.</p>" if left > 0 else ""
    only = [
        f"<p>Columns only in {side}: {escape(', '.join(names))}</p>"
        for side, names in (("A", data.only_a), ("B", data.only_b))
        if names
    ]
    return (
        f"<details{' open' if is_open else ''}><summary><b>{escape(data.name)}</b> {rows}</summary>"
        f"{''.join(only)}<div class='plots'>{figures}</div>{more}</details>"
    )


def _feature(one: FeatureDifference) -> str:
    drift = "" if one.drift is None else f"{_MEASURES[one.measure]} {one.drift:.3f}"
    means = [side.figures.get("mean") for side in (one.a, one.b)]
    mean = "" if None in means else f"mean {means[0]:.4g} → {means[1]:.4g}"
    missing = f"missing {one.a.missing} → {one.b.missing}" if one.a.missing or one.b.missing else ""
    said = ", ".join(part for part in (drift, mean, missing) if part)
    return (
        f"<figure><figcaption>{escape(one.name)} <small>{escape(said)}</small></figcaption>"
        f"{feature_plot(one.a, one.b)}</figure>"
    )


def _file(file: FileDifference) -> str:
    head = f"<b>{escape(file.path)}</b> <span class='dim'>{escape(', '.join(file.steps))}</span>"
    if file.unknown:
        return f"<p>{head}: {escape(file.unknown)}</p>"
    lines = "".join(_line(line) for line in file.diff.splitlines())
    return f"<details open><summary>{head}</summary><pre>{lines}</pre></details>"


def _line(line: str) -> str:
    kinds = {"+": " class='new'", "-": " class='gone'", "@": " class='dim'"}
    kind = "" if line.startswith(("+++", "---")) else kinds.get(line[:1], "")
    return f"<span{kind}>{escape(line) or ' '}</span>"


def _times(found: RunComparison) -> str:
    rows = [
        (escape(one.step), _seconds(one.a, one.states[0]), _seconds(one.b, one.states[1]))
        for one in found.times
    ]
    return table(("Step", "A", "B"), rows, numbers=1)


def _seconds(seconds: float | None, state: str) -> str:
    shown = "" if seconds is None or state == "cached" else f"{seconds:.2f} s"
    return shown if state == "succeeded" else f"{shown} {escape(state) or '-'}"
