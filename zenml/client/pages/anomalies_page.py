"""The page of anomalies: what in a split is not as in the rows that were trained on."""

from __future__ import annotations

from html import escape

from zenml.client.html.parts import document, number_cell, section, table
from zenml.client.html.script import SCRIPT
from zenml.client.results.anomalies import Anomalies
from zenml.hints import number_of


def anomalies_page(of: str, found: Anomalies) -> str:
    """The whole page.

    Args:
        of: The run.
        found: What was found.
    """
    title = f"Anomalies of {found.split} in {of}"
    count = len(found.found)
    said = {0: "No anomalies", 1: "1 anomaly"}.get(count, f"{count} anomalies")
    against = escape(", ".join(found.against))
    rows = [
        (
            escape(one["column"]) or "<span class='dim'>all rows</span>",
            escape(one["anomaly"]),
            escape(one["description"]),
        )
        for one in found.found
    ]
    distances = [
        (
            escape(one["column"]),
            escape(one["against"]),
            escape(one["measure"]),
            number_cell(one["distance"], f"{one['distance']:.4f}", one["distance"]),
            number_cell(one["threshold"]),
        )
        for one in found.distances
    ]
    return document(
        title,
        [
            f"<h1>{escape(title)}</h1>",
            f"<p><b>{said}</b> in {number_of('rows', found.rows)}, compared with {against}.</p>",
            section("Anomalies", table(("Column", "What", "Why"), rows, is_sorted=True)),
            section(
                "Distances",
                table(
                    ("Column", "Against", "Measure", "Distance", "Threshold"),
                    distances,
                    numbers=3,
                    is_sorted=True,
                ),
            ),
        ],
        SCRIPT,
    )
