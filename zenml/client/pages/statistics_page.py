"""The page of statistics: every column of every split, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from zenml.client.features.distances import jensen_shannon, l_infinity
from zenml.client.features.feature import NUMBER, TEXT, Feature
from zenml.client.features.shares import Row, are_numbers, shares
from zenml.client.html.columns import columns_plot
from zenml.client.html.parts import (
    details,
    document,
    figure,
    legend,
    number_cell,
    section,
    table,
)
from zenml.client.html.rows import rows_plot
from zenml.client.html.script import SCRIPT
from zenml.client.results.statistics import SplitStatistics

_FIGURES = ("mean", "std", "zeros", "min", "p10", "median", "p90", "max", "nans", "unique")


def statistics_page(of: str, found: SplitStatistics) -> str:
    """The whole page.

    Args:
        of: What the statistics are of: a run, or a datasource at a commit.
        found: The statistics.
    """
    splits = found.splits
    columns = {
        name: [found.features[split].get(name) for split in splits] for name in found.columns
    }
    search = (
        "<input class='search' type='search' hidden placeholder='Find a column' "
        "aria-label='Find a column'>"
    )
    return document(
        f"Statistics of {of}",
        [
            f"<h1>Statistics of {escape(of)}</h1>",
            table(("Split", "Rows"), [(escape(s), f"{found.rows[s]}") for s in splits], numbers=1),
            legend(splits) if len(splits) > 1 else "",
            search,
            section("Columns", _overview(columns, splits)),
            section("Values", _plots(columns, splits)),
        ],
        SCRIPT,
    )


def _overview(columns: dict[str, list[Feature | None]], splits: Sequence[str]) -> str:
    """One row a column: how much is missing, and how far the splits are apart."""
    rows = [
        (
            f"<a href='#column-{place}'>{escape(name)}</a>",
            NUMBER if are_numbers(features) else TEXT,
            *(_missing(one) for one in features),
            *([_distance(features)] if len(splits) > 1 else []),
        )
        for place, (name, features) in enumerate(columns.items())
    ]
    head = ["Column", "Kind", *(f"Missing in {escape(split)}" for split in splits)]
    apart = [f"Farthest from {escape(splits[0])}"] if len(splits) > 1 else []
    said = (
        f"<p class='equal'>Distance of a split to {escape(splits[0])}: L-infinity of texts, "
        "Jensen-Shannon of numbers; from 0 to 1.</p>"
        if apart
        else ""
    )
    return table([*head, *apart], rows, numbers=2, is_sorted=True) + said


def _missing(one: Feature | None) -> str:
    rows = 0 if one is None else one.rows + one.missing
    if one is None or not rows:
        return number_cell(None)
    share = one.missing / rows
    return number_cell(share, f"{share:.1%}", share)


def _distance(features: Sequence[Feature | None]) -> str:
    first, *others = features
    found = [_apart(first, other) for other in others]
    told = [value for value in found if value is not None]
    return number_cell(max(told), f"{max(told):.3f}", max(told)) if told else number_cell(None)


def _apart(a: Feature | None, b: Feature | None) -> float | None:
    if a is None or b is None or a.kind != b.kind:
        return None
    if a.histogram is not None and b.histogram is not None:
        return jensen_shannon(a.histogram, b.histogram)
    return l_infinity(a.counts, b.counts)[1] if a.counts and b.counts else None


def _plots(columns: dict[str, list[Feature | None]], splits: Sequence[str]) -> str:
    cards = [
        f"<div id='column-{place}' data-name='{escape(name)}'>{_card(name, features, splits)}</div>"
        for place, (name, features) in enumerate(columns.items())
    ]
    return f"<div class='plots'>{''.join(cards)}</div>" if cards else ""


def _card(name: str, features: Sequence[Feature | None], splits: Sequence[str]) -> str:
    rows = shares(features)
    is_number = are_numbers(features)
    told = "numbers" if is_number else "texts"
    unique = max((one.figures.get("unique", 0.0) for one in features if one is not None), default=0)
    said = told if is_number else f"{told}, {unique:.0f} different"
    draw = columns_plot if is_number else rows_plot
    plot = draw(rows, splits) or "<p class='equal'>No values.</p>"
    numbers = _figures(features, splits) + _shares(rows, splits)
    return figure(name, said, plot + details("Numbers", numbers))


def _figures(features: Sequence[Feature | None], splits: Sequence[str]) -> str:
    """What is usual of the values, a column a split."""
    counts = [
        ("with a value", [number_cell(one.rows if one else None) for one in features]),
        ("missing", [number_cell(one.missing if one else None) for one in features]),
    ]
    usual = [
        (name, [number_cell(one.figures.get(name) if one else None) for one in features])
        for name in _FIGURES
        if any(one is not None and name in one.figures for one in features)
    ]
    rows = [(name, *cells) for name, cells in (*counts, *usual)]
    return table(("", *map(escape, splits)), rows, numbers=1)


def _shares(rows: Sequence[Row], splits: Sequence[str]) -> str:
    cells = [(escape(label), *(f"{value:.1%}" for value in values)) for label, values in rows]
    return table(("Values", *map(escape, splits)), cells, numbers=1)
