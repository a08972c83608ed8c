"""The page of many training runs: one HTML file that needs nothing else."""

from __future__ import annotations

from html import escape

from zenml.client.comparison.runs_table import TrainingRuns
from zenml.client.html.bars import bars_plot
from zenml.client.html.parts import details, document, section, shown, table


def page(found: TrainingRuns) -> str:
    """The whole page."""
    count = len(found.runs)
    title = "1 training run" if count == 1 else f"{count} training runs"
    return document(
        title,
        [
            f"<h1>{title}</h1>",
            section("Metrics", _plots(found, is_slice=False)),
            section("Metrics by slice", details("Of each slice", _plots(found, is_slice=True))),
            section("Arguments", _arguments(found)),
            section("Runs", _runs(found)),
        ],
    )


def _plots(found: TrainingRuns, is_slice: bool) -> str:
    """A plot for each metric of all rows, or for each of a slice."""
    names = [run["run"] for run in found.runs]
    plots = [
        f"<figure><figcaption>{escape(metric)}</figcaption>"
        f"{bars_plot([(n, [v]) for n, v in zip(names, values, strict=True)], metric)}</figure>"
        for metric, values in found.metrics.items()
        if metric.endswith("]") == is_slice
    ]
    return f"<div class='plots'>{''.join(plots)}</div>" if plots else ""


def _arguments(found: TrainingRuns) -> str:
    names = [escape(name) for name in found.arguments]
    rows = [
        (escape(run["run"]), *(shown(values[place]) for values in found.arguments.values()))
        for place, run in enumerate(found.runs)
    ]
    return table(("Run", *names), rows) if names else ""


def _runs(found: TrainingRuns) -> str:
    rows = [
        (
            escape(run["run"]),
            escape(run["pipeline"]),
            escape((run["started"] or "")[:19].replace("T", " ")),
            escape((run["commit"] or "")[:12]),
            f"{run['seconds'] or 0.0:.1f} s",
        )
        for run in found.runs
    ]
    return table(("Run", "Pipeline", "Started (UTC)", "Datasource commit", "Took"), rows)
