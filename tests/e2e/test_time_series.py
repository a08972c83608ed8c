"""The example with a series: split by time, sequences, a model of the step after them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.conftest import PROJECT, Folder
from zenml.hints import command_line

pytestmark = pytest.mark.tf

EXAMPLE = PROJECT / "examples" / "time_series"
ARTIFACT = "departures::{}"


def test_a_model_learns_from_sequences(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "repository")
    call = [sys.executable, str(EXAMPLE / "run.py"), str(folder.path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert "mean_absolute_error" in done.stdout
    ask_on = f"cd {folder.path} && {command_line()} pipeline evaluate departures\n"
    assert done.stdout.endswith(ask_on)
    assert "Split train: 17 sequences have no value for their target." in said

    def metadata(name: str) -> dict[str, object]:
        words = ("artifact", "get", ARTIFACT.format(name), "--output", "json")
        return json.loads(folder.zenml(*words).out)

    split = metadata("split::examples")["metadata"]
    assert split["disjoint"] is True
    table = pd.read_csv(EXAMPLE / "data" / "departures.csv")
    ends = ("2000-01-01", "2013-02-15T09:00", "2013-02-18T09:00", "2100-01-01")
    until = pd.cut(
        pd.to_datetime(table["time"]).dt.tz_localize(None),
        pd.DatetimeIndex([pd.Timestamp(end) for end in ends]),
        labels=["train", "eval", "test"],
        right=False,
    )
    assert split["sizes"] == until.value_counts().to_dict()

    sequences = metadata("sequencer::sequences")["metadata"]
    (evaluation,) = Path(metadata("evaluator::evaluation")["uri"]).glob("metrics.json")
    metrics = json.loads(evaluation.read_text())
    assert metrics["overall"]["example_count"] == sequences["sizes"]["test"] > 100
    assert {tuple(part["slice"].items()) for part in metrics["slices"]} == {
        (("origin", "JFK"),),
        (("origin", "LGA"),),
    }
    # Better than to say the mean of the training days every time.
    train, test = (table[until == name]["delay"] for name in ("train", "test"))
    assert metrics["overall"]["mean_absolute_error"] < (test - train.mean()).abs().mean()
