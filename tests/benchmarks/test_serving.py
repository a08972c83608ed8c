"""The measurement of a served model, of a small one and short."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measure import Measurement
from benchmarks.serving import report, run
from tests.serving.conftest import save_sum

pytestmark = pytest.mark.tf


def test_every_figure_is_there_and_no_request_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def line(system: str, rows: int, name: str, cost: Measurement) -> None:
        said.append(name)

    monkeypatch.setattr(run, "SWAPS", 1)
    result = run.run_serving(
        1,
        line,
        model=save_sum(tmp_path / "model"),
        row={"place": "north", "size": 1.5, "weight": 2},
        rows=[2],
        connections=[2],
        seconds=0.2,
        folder=tmp_path / "work",
    )
    assert [name.partition(":")[0] for name in said] == [
        "inside, 2",
        "plain, 2, 2",
        "zenml, 2, 2",
        "swaps",
    ]
    requests, swap = report.tables(result)
    assert requests.title == "2 rows a request: requests a second"
    assert [row[0] for row in requests.rows] == ["in the process, without HTTP", "2 connections"]
    assert swap.rows[0][2] == "0"
