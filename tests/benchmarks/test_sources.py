"""The benchmark of sources: the same rows in each kind, and each compared with CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sources import report
from benchmarks.sources.kinds import KINDS, Kind
from benchmarks.sources.work import read
from zenml.repo import Repository

FEW = [kind for kind in KINDS if kind.name not in ("PostgreSQL", "images, PNG")]


@pytest.mark.tf
@pytest.mark.parametrize("kind", FEW, ids=lambda kind: kind.name)
def test_every_kind_holds_the_same_rows(kind: Kind, git_repo: Path, penguins: Path) -> None:
    Repository.init_repo()
    complete = [line for line in penguins.read_text().splitlines() if ",," not in line]
    csv = git_repo / "rows.csv"
    csv.write_text("\n".join(complete) + "\n")
    rows, digest = read(KINDS[0].step(path=str(csv)), git_repo / "csv")
    with kind.prepare(csv, git_repo) as prepared:
        source = kind.step(**prepared.arguments)
        step = source.get_data_step() if kind.in_memory else source
        assert read(step, git_repo / "out") == (rows, digest)
    assert rows > 300


def test_each_kind_is_compared_with_csv() -> None:
    def entry(cpu: float, size: int | None, in_memory: bool = False) -> dict[str, object]:
        one = {"seconds": 9.0, "cpu": cpu, "bytes": size, "row_bytes": 1_000_000, "peak_mb": 150.0}
        return {"in_memory": in_memory, "1": one, "4": {**one, "peak_mb": 160.0}}

    kinds = {"CSV": entry(2.0, 10**6), "JSON": entry(3.0, 4 * 10**6), "x": entry(1.0, 10**6, True)}
    (table,) = report.tables({"rows": 1000, "kinds": kinds})
    assert table.title == "1,000 flights into TFRecords"
    assert [len(row) for row in table.rows] == [len(table.headings) + 1] * 3
    assert table.rows[1] == (
        "JSON", "9.00 s", "3.00 s", "4.0 MB", "1.50x", "0.38x", "150 MB", "160 MB",
    )  # fmt: skip
    assert table.rows[2][3:6] == ("", "0.50x", "")
