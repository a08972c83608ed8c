"""`zenml run`, `zenml artifact`, and what `zenml pipeline` does with runs."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client, save_artifact
from zenml.metadata import contexts
from zenml.repo import Repository
from zenml.spec import PipelineSpec
from zenml.spec_yaml import write as write_spec

Zenml = Callable[..., Any]


@pytest.fixture
def two(recorder: Any) -> Any:
    """A run that succeeded, and one that reused a step and failed in the other."""
    recorder.begin("first")
    log = recorder.folder("first", "logs", "load.log")
    log.parent.mkdir(parents=True)
    log.write_text("42 rows\n")
    load = recorder.value(
        "first", "load", output=[1, 2], _zenml_log=str(log), _zenml_version="0123456789abcdef"
    )
    recorder.value("first", "fit", {"X": load.outputs["output"]}, model={"w": 1}, score=0.5)
    recorder.end("first")
    recorder.begin("second")
    recorder.reuse("second", load)
    recorder.fail("second", "fit", "no rows")
    recorder.end("second", "failed", "no rows")
    return recorder


def rows(zenml: Zenml, *words: str) -> Any:
    answer = zenml(*words, "--output", "json")
    assert (answer.status, answer.err) == (0, "")
    return json.loads(answer.out)


QUESTIONS = [
    ["run", "list"],
    ["run", "get", "first"],
    ["artifact", "list"],
    ["artifact", "list", "--name", "p::fit::model"],
    ["artifact", "get", "p::fit::model"],
]


@pytest.mark.parametrize("words", QUESTIONS)
def test_questions_are_answered_as_table_and_as_json(
    zenml: Zenml, two: Any, words: list[str]
) -> None:
    assert rows(zenml, *words)
    answer = zenml(*words)
    assert (answer.status, answer.err) == (0, "")
    assert "first" in answer.out or "p::fit::model" in answer.out


def test_logs_are_asked_for_by_the_name_that_the_run_printed(recorder: Any, zenml: Zenml) -> None:
    recorder.begin("own")
    for node, source in (("trainer", "SVC"), ("one", "Half"), ("other", "Half")):
        log = recorder.folder("own", "logs", f"{node}.log")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"of {node}\n")
        told = {"_zenml_log": str(log), "_zenml_source": f"steps.{source}"}
        recorder.value("own", node, output=node, **told)
    recorder.end("own")
    for name in ("trainer", "SVC"):
        assert zenml("run", "logs", "own", name) == (0, "of trainer\n", "")
    several = zenml("run", "logs", "own", "Half")
    assert several.status == 1
    assert "has no step 'Half'. There are: trainer, one, other." in several.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "list"], "There is no such run here."),
        (["artifact", "list"], "There is no artifact here yet."),
        (["artifact", "prune", "--dry-run"], "Nothing is there that nothing uses."),
        (["artifact", "prune"], "Nothing is there that nothing uses."),
    ],
)
def test_an_empty_repository_says_so(
    zenml: Zenml, recorder: Any, words: list[str], says: str
) -> None:
    assert zenml(*words) == (0, f"{says}\n", "")
    assert rows(zenml, *words) == []


def test_runs_are_listed_newest_first(zenml: Zenml, two: Any) -> None:
    two.begin("third", "q")
    found = rows(zenml, "run", "list")
    assert [(row["run"], row["pipeline"], row["state"]) for row in found] == [
        ("third", "q", "running"), ("second", "p", "failed"), ("first", "p", "succeeded"),
    ]  # fmt: skip
    assert [r["run"] for r in rows(zenml, "run", "list", "--pipeline", "q")] == ["third"]
    assert [r["run"] for r in rows(zenml, "run", "list", "--status", "failed")] == ["second"]
    assert [r["run"] for r in rows(zenml, "run", "list", "--status", "completed")] == ["first"]
    limited = zenml("run", "list", "--limit", "1")
    assert "third" in limited.out
    assert "first" not in limited.out
    assert limited.err == "2 older: zenml run list --limit 3\n"


def test_a_run_is_shown_with_its_steps(zenml: Zenml, two: Any) -> None:
    found = rows(zenml, "run", "get", "sec")
    assert (found["run"], found["state"], found["error"]) == ("second", "failed", "no rows")
    load, fit = found["steps"]
    assert (load["step"], load["state"]) == ("load", "cached")
    assert load["outputs"]["output"]["artifact"] == "p::load::output"
    assert load["outputs"]["output"]["version"] == "1"
    assert (fit["state"], fit["error"], fit["outputs"]) == ("failed", "no rows", {})
    text = zenml("run", "get", "first").out
    assert "0123456789ab" in text
    assert "model, score" in text


def test_the_log_of_a_cached_step_is_printed(zenml: Zenml, two: Any) -> None:
    assert zenml("run", "logs", "first", "load") == (0, "42 rows\n", "")
    assert zenml("run", "logs", "second", "load") == (0, "42 rows\n", "")
    silent = zenml("run", "logs", "first", "fit")
    assert silent == (0, "", "Step fit of run first printed nothing.\n")


def test_deleting_asks_first(zenml: Zenml, two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = zenml("run", "delete", "first")  # nobody is there to answer
    assert (answer.status, answer.err) == (130, "Stopped.\n")
    assert "of its artifacts 2 go" in answer.out
    assert len(rows(zenml, "run", "list")) == 2
    answer = zenml("run", "delete", "first", "--yes")
    assert answer.status == 0
    assert "1 stay because something else uses them" in answer.out
    assert [row["run"] for row in rows(zenml, "run", "list")] == ["second"]
    assert zenml("run", "logs", "second", "load").out == "42 rows\n"
    assert Client().load_artifact("p::load::output") == [1, 2]


def test_several_runs_are_deleted_at_once(zenml: Zenml, two: Any) -> None:
    two.begin("third")
    answer = zenml("run", "delete", "-y", "first", "third")
    assert (answer.status, answer.out) == (1, "")
    assert "Run 'third' is running" in answer.err
    two.end("third")
    assert zenml("run", "delete", "-y", "first", "thrd").status == 1
    answer = zenml("run", "delete", "-y", "p")  # of a pipeline no run is meant when one deletes
    assert (answer.status, answer.out) == (1, "")
    assert "There is no run 'p'" in answer.err
    assert len(rows(zenml, "run", "list")) == 3
    answer = zenml("run", "delete", "-y", "first", "thi", "first")
    assert answer.out.count("Deleted run") == 2
    assert [row["run"] for row in rows(zenml, "run", "list")] == ["second"]


def test_letters_are_printed_as_they_are(
    zenml: Zenml, two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client().get_pipeline_run("first").log_metadata({"Ort": "Düsseldorf"})
    save_artifact([1], "ü")
    for words in (["run", "get", "first"], ["artifact", "list"]):
        for more in ([], ["--output", "json"]):
            assert "ü" in zenml(*words, *more).out
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    call = [sys.executable, "-m", "zenml", "artifact", "list", "--output", "json"]
    done = subprocess.run(call, capture_output=True, text=True, check=True, env=ascii_only)
    assert "ü" in [row["name"] for row in json.loads(done.stdout)]


def test_a_size_that_was_never_recorded_is_not_zero(zenml: Zenml, recorder: Any) -> None:
    recorder.begin("first")
    recorder.typed("first", "split", "Examples")
    (row,) = rows(zenml, "artifact", "list")
    assert row["bytes"] is None
    assert re.search(r"^size +-$", zenml("artifact", "get", row["name"]).out, re.MULTILINE)


def test_prune_lists_and_then_removes(zenml: Zenml, two: Any) -> None:
    left = two.folder("first", "fit", "model", "99")
    left.mkdir(parents=True)
    (left / "part").write_text("x" * 2048)
    (row,) = rows(zenml, "artifact", "prune", "--dry-run")
    assert row["folder"].endswith("first/fit/model/99")
    assert (row["type"], row["bytes"]) == (None, 2048)
    assert zenml("artifact", "prune").status == 130
    assert left.exists()
    answer = zenml("artifact", "prune", "--yes")
    assert answer.out.endswith("Removed 1 folder, 2.0 kB.\n")
    assert not left.exists()


def test_artifacts_are_listed_and_shown(zenml: Zenml, two: Any) -> None:
    assert [row["name"] for row in rows(zenml, "artifact", "list")] == [
        "p::fit::model", "p::fit::score", "p::load::output",
    ]  # fmt: skip
    found = rows(zenml, "artifact", "get", "p::load::output", "1")
    assert (found["run"], found["step"], found["metadata"]["length"]) == ("first", "load", 2)
    assert Path(found["uri"]).is_dir()


def test_statistics_and_preview_of_a_table_are_tables(
    zenml: Zenml, recorder: Any, penguins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pandas = pytest.importorskip("pandas")
    save_artifact(pandas.read_csv(penguins), "birds", tags=["raw"])
    monkeypatch.setenv("COLUMNS", "120")
    lines = zenml("artifact", "get", "birds").out.splitlines()
    (statistic,) = [line for line in lines if line.startswith("bill_length_mm")]
    assert statistic.split() == ["bill_length_mm", "float64", "2", "32.1", "59.6", "43.9219"]
    assert any("Adelie" in line and "Torgersen" in line for line in lines)
    (row,) = rows(zenml, "artifact", "list", "--name", "birds")
    assert (row["version"], row["tags"]) == ("1", ["raw"])


def test_a_pipeline_is_deleted_and_its_runs_stay(zenml: Zenml, two: Any) -> None:
    repo = Repository.get_instance()
    spec = PipelineSpec("p", "steps", "flows.p", "unpinned")
    path = write_spec(spec, repo.get_default_pipelines_dir())
    assert zenml("pipeline", "delete", "p").status == 130
    assert path.exists()
    answer = zenml("pipeline", "delete", "p", "--yes")
    assert answer.status == 0
    assert "Deleted pipeline p (1 file)" in answer.out
    assert not path.exists()
    assert len(rows(zenml, "run", "list", "--pipeline", "p")) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "list", "--pipeline", "pp"], "There is no pipeline 'pp'."),
        (["run", "get", "frist"], "There is no run 'frist'. Did you mean 'first'?"),
        (["run", "delete", "zzz"], "There are: second, first."),
        (["run", "logs", "first", "laod"], "has no step 'laod'. Did you mean 'load'?"),
        (["artifact", "get", "p::fit::modl"], "Did you mean 'p::fit::model'?"),
        (["artifact", "get", "p::fit::model", "3"], "has no version '3'. There are: 1."),
        (["artifact", "list", "--name", "x"], "There is no artifact 'x'."),
        (["pipeline", "delete", "q"], "There is no pipeline 'q' here."),
        (["pipeline", "resume", "frist"], "Did you mean 'first'?"),
    ],
)
def test_an_unknown_name_is_told_what_is_near(
    zenml: Zenml, two: Any, words: list[str], says: str
) -> None:
    answer = zenml(*words)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("Error: ")
    assert says in answer.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "list", "--limit", "0"], "0 is not in the range x>=1"),
        (["run", "list", "--status", "dead"], "'dead' is not one of"),
        (["run", "logs", "first"], "Missing argument 'STEP'"),
        (["pipeline", "resume"], "Missing argument 'RUN'"),
    ],
)
def test_a_wrong_call_exits_with_2(
    zenml: Zenml, git_repo: Path, words: list[str], says: str
) -> None:
    answer = zenml(*words)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err


@pytest.mark.slow
def test_of_a_thousand_runs_the_newest_are_listed(recorder: Any) -> None:
    recorder.begin("first")
    recorder.end("first")
    (first,) = recorder.store.get_contexts_by_type(contexts.PIPELINE_RUN)
    many = []
    for number in range(1, 1000):
        many.append(copy.deepcopy(first))
        many[-1].ClearField("id")
        many[-1].name = f"r{number}"
    recorder.store.put_contexts(many)  # at once: recorded one by one they take half a minute
    call = [sys.executable, "-m", "zenml", "run", "list"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "r999" in done.stdout
    assert "950 older" in done.stderr
