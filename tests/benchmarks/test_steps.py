"""The measurement of pipelines of steps: what it checks, leaves out, and shows."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.measure import Measurement
from benchmarks.steps import environments, measuring, report, run, systems


def entry(whole: float, **more: float) -> dict[str, float]:
    return {"whole": whole, "cpu": whole, "peak": 100, **more}


RESULT = {
    "repeats": 3,
    "systems": {
        "zenml": {"label": "zenml", "left out": ""},
        "published": {"label": "published zenml 1.2", "left out": "it does not install: no disk"},
        "metaflow": {"label": "Metaflow 2", "left out": ""},
    },
    "works": {
        "first": {"zenml": entry(0.5, inside=0.2), "metaflow": entry(5.0)},
        "again": {"zenml": entry(0.3, inside=0.05)},
        "again, warm": {"zenml": entry(0.4, inside=0.01)},
        "going on": {"metaflow": entry(0.6)},
        "chains 100": {"zenml": entry(1.3, inside=1.0), "metaflow": entry(25.0)},
        "chains 1000": {"zenml": entry(10.5, inside=10.0)},
        "python": {"zenml": entry(0.02), "metaflow": entry(0.02)},
        "import": {"zenml": entry(0.1), "metaflow": entry(0.3)},
        "list": {"zenml": entry(0.25)},
        "list all": {"zenml": entry(0.35)},
        "lines": {
            "python": {"printing": 0.004, "more": 0.004},
            "zenml": {"printing": 0.006, "more": 0.008},
        },
    },
}


@pytest.fixture
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(systems, "FOLDERS", tmp_path / "work")
    monkeypatch.setattr(environments, "CACHE", tmp_path / "cache")


def test_a_column_says_how_many_times_the_time_of_ours_it_is():
    few, many, start, lines = report.tables(RESULT)
    assert few.headings == ("zenml", "Metaflow 2")
    rows = {row[0]: row[1:] for row in few.rows}
    assert rows["first run, whole process"] == ("500 ms", "5.00 s (10.0x)")
    assert rows["again, all cached, whole process"] == ("300 ms", "no cache")
    assert rows["again, no cache: goes on"] == ("", "600 ms")
    # Metaflow has a process for each step: its whole process counts.
    assert ("100 steps", "10.0 ms", "250 ms (25.0x)") in many.rows
    assert ("1,000 steps", "10.0 ms", "") in many.rows
    assert ("runs there were", "1,000", "") in start.rows
    assert lines.headings == ("the function alone", "zenml")
    assert lines.rows[0] == ("its prints", "4.0 ms (0.7x)", "6.0 ms")


def test_what_is_left_out_is_told_with_the_reason():
    words = report.sentences(RESULT)
    assert words.startswith(" Each work was done 3 times")
    assert words.endswith("Left out: published zenml 1.2; it does not install: no disk.")


@pytest.mark.parametrize(
    ("kept", "cached", "words"),
    [
        ({"values": [1, 2], "cached": 0}, False, "X kept 2 values, not 1 to 3"),
        ({"values": [1, 2, 4], "cached": 0}, False, "X kept 3 values, not 1 to 3"),
        ({"values": [1, 2, 3], "cached": 2}, True, "X took 2 steps from its cache"),
        ({"values": [1, 2, 3], "cached": 1}, False, "X took 1 steps from its cache"),
    ],
)
def test_work_that_was_not_done_ends_the_measurement(kept, cached, words):
    with pytest.raises(SystemExit, match=words):
        measuring.verify("X", 3, kept, cached)


def test_what_a_process_says_of_itself_is_its_last_line():
    assert measuring.last_json('noise\n{"inside": 1.5}\n') == {"inside": 1.5}
    assert (
        measuring.last_json("Done!\n")
        == measuring.last_json("10\n")
        == measuring.last_json("")
        == {}
    )


def test_a_lock_that_does_not_install_is_a_reason_in_one_line(folders, tmp_path, monkeypatch):
    (tmp_path / "none.txt").write_text(f"none @ file://{tmp_path}/none-1.0-py3-none-any.whl\n")
    monkeypatch.setattr(environments, "LOCKS", tmp_path)
    with pytest.raises(environments.NotInstalledError, match="install") as caught:
        environments.python_of("none")
    assert "\n" not in str(caught.value)


def test_a_system_that_does_not_get_through_the_work_is_left_out(folders, monkeypatch):
    without_kedro = dataclasses.replace(systems.SYSTEMS["kedro"], lock=None)
    monkeypatch.setitem(systems.SYSTEMS, "kedro", without_kedro)
    ready, told = run.set_up(["kedro"])
    assert ready == []
    assert "No module named 'kedro'" in told["kedro"]["left out"]


def test_every_lock_pins_what_is_asked_for():
    locks = {system.lock for system in systems.OTHERS if system.lock}
    for lock in locks:
        pinned = (environments.LOCKS / f"{lock}.txt").read_text()
        assert f"=={environments.version_of(lock)}\n" in pinned


def test_ours_does_the_work_and_takes_it_from_its_cache_the_second_time(folders):
    said: list[str] = []

    def line(system: str, rows: int, name: str, cost: Measurement) -> None:
        said.append(f"{system} {name}")

    systems.OURS.set_up()
    kept = measuring.Measuring(line)
    kept.chain("first", systems.OURS, 3)
    kept.chain("again", systems.OURS, 3, cached=True)
    systems.OURS.begin()
    kept.chain("first", systems.OURS, 3)
    works = kept.medians()
    assert works["first"]["zenml"]["times"] == 2
    assert 0 < works["again"]["zenml"]["inside"] < works["again"]["zenml"]["whole"]
    assert said == ["zenml first", "zenml again", "zenml first"]
