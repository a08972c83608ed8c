"""The benchmark's tables, from figures that are made up."""

from __future__ import annotations

import sys

import pytest

from benchmarks import measure, page, report

RESULT = {
    "machine": {"date": "2026-01-02", "machine": "a machine", "load": "0.1", "software": "Python"},
    "runs": {
        "2000": {
            "tfx": {
                "cold": {
                    "seconds": 60.0,
                    "cpu_seconds": 50.0,
                    "peak_mb": 1500,
                    "stages": {"CsvExampleGen": 8.0, "Trainer": 20.0},
                    "metrics": {"auc": 0.9},
                },
                "cached": {"seconds": 20.0, "peak_mb": 900, "stages": {}},
            },
            "zenml": {
                "cold": {
                    "seconds": 20.0,
                    "cpu_seconds": 10.0,
                    "peak_mb": 1000,
                    "stages": {"data": 1.0, "split": 1.0, "trainer": 10.0},
                    "metrics": {"auc": 0.91},
                }
            },
        }
    },
    "starts": {
        "import tfx.v1": {"seconds": 10.0},
        "import zenml": {"seconds": 0.1},
        "zenml pipeline list": {"seconds": 0.4},
    },
}


def test_each_line_holds_both_sides_and_their_ratio():
    (title, headings, rows), (_, _, starts) = report.tables(RESULT)
    assert headings == ("TFX", "zenml", "ratio")
    lines = {row[0]: row[1:] for row in rows}
    assert title == "2,000 rows"
    assert lines["cold, whole process"] == ("60.00 s", "20.00 s", "3.0x")
    assert lines["- CSV to TFRecords, split"] == ("8.00 s", "2.00 s", "4.0x")
    assert lines["- imports, start, the rest"] == ("32.00 s", "8.00 s", "4.0x")
    assert lines["cached, whole process"] == ("20.00 s", "", "")
    assert lines["processor time, cold"] == ("50.00 s", "10.00 s", "5.0x")
    assert lines["peak memory, cold"] == ("1,500 MB", "1,000 MB", "1.5x")
    assert lines["result: auc"] == ("0.9", "0.91", "")
    assert starts[1] == ("zenml pipeline list", "10.00 s", "0.40 s", "25.0x")


def test_a_part_of_the_page_is_written_and_the_words_around_it_stay(tmp_path):
    written, other = tmp_path / "benchmarks.md", "\n".join(page.marks("other"))
    written.write_text("before\n{}\nworn\n{}\nafter\n".format(*page.marks("mine")) + other)
    sentence = page.measured_on(RESULT["machine"], "--only mine")
    page.write_part(written, "mine", sentence, report.tables(RESULT))
    first = written.read_text()
    page.write_part(written, "mine", sentence, report.tables(RESULT))
    assert written.read_text() == first
    assert first.startswith("before\n")
    assert first.endswith("\nafter\n" + other)
    assert "worn" not in first
    assert "on a machine; Python" in first
    assert "| | TFX | zenml | ratio |\n|---|--:|--:|--:|\n" in first
    assert "| cold, whole process | 60.00 s | 20.00 s | 3.0x |" in first


CHILD = """
import os, time
block = bytearray(60_000_000)
while not os.path.exists("seen"):
    time.sleep(0.01)
"""


def test_memory_of_children_counts(tmp_path, monkeypatch):
    resident = measure._resident

    def told(process):
        size = resident(process)
        if size > 60_000_000:
            (tmp_path / "seen").touch()  # so that it lives until it is measured
        return size

    monkeypatch.setattr(measure, "_resident", told)
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"
    cost = measure.measure([sys.executable, "-c", parent], cwd=tmp_path)
    assert cost.peak_mb > 65
    assert cost.seconds > 0


def test_a_command_that_fails_ends_the_measurement_with_its_words(tmp_path):
    with pytest.raises(SystemExit, match="no such thing"):
        measure.measure([sys.executable, "-c", "raise OSError('no such thing')"], cwd=tmp_path)
