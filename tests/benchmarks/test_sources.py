"""The benchmark of sources: the same rows in each kind, and each compared with CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.sources import report
from benchmarks.sources.kinds import KINDS, Kind
from benchmarks.sources.work import read
from zenml.records.content import row_hashes
from zenml.repo import Repository

FEW = [kind for kind in KINDS if not kind.has_server and kind.name != "images, PNG"]


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


def test_the_stand_in_for_bigquery_holds_the_same_rows(
    tmp_path: Path, penguins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", "")  # is set again where the step is made
    (kind,) = [kind for kind in KINDS if kind.name == "BigQuery, a stand-in"]
    complete = [line for line in penguins.read_text().splitlines() if ",," not in line]
    csv = tmp_path / "rows.csv"
    csv.write_text("\n".join(complete) + "\n")

    def hashes(step: Any) -> list[int]:  # in order: the service keeps none
        return sorted(row for batch in step.batches() for row in row_hashes(batch).tolist())

    with kind.prepare(csv, tmp_path) as prepared:
        assert hashes(kind.step(**prepared.arguments)) == hashes(KINDS[0].step(path=str(csv)))


def test_each_kind_is_compared_with_csv() -> None:
    def entry(cpu: float, size: int | None, in_memory: bool = False) -> dict[str, object]:
        one = {"seconds": 9.0, "cpu": cpu, "bytes": size, "row_bytes": 1_000_000, "peak_mb": 150.0}
        four = {**one, "peak_mb": 160.0}
        return {"in_memory": in_memory, "has_server": False, "1": one, "4": four}

    kinds = {"CSV": entry(2.0, 10**6), "JSON": entry(3.0, 4 * 10**6), "x": entry(1.0, 10**6, True)}
    kinds["slow"] = entry(4.1, None)
    # Of a server's work the process that reads knows nothing: its seconds count.
    kinds["server"] = {**entry(1.0, None), "has_server": True}
    kinds["server"]["1"] = {**kinds["server"]["1"], "seconds": 18.1}
    (table,) = report.tables({"rows": 1000, "kinds": kinds})
    assert table.title == "1,000 flights into TFRecords"
    assert [len(row) for row in table.rows] == [len(table.headings) + 1] * 5
    assert table.rows[1] == (
        "JSON", "9.00 s", "3.00 s", "4.0 MB", "1.50x", "1.00x", "yes", "0.38x", "150 MB", "160 MB",
    )  # fmt: skip
    assert table.rows[2][3:8] == ("", "0.50x", "1.00x", "yes", "")
    assert table.rows[3][4:7] == ("2.05x", "1.00x", "no")
    assert table.rows[4][4:7] == ("0.50x", "2.01x", "no")
