"""The example with images: decoded when they are committed, reshaped, classified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT, Folder
from zenml.hints import command_line

pytestmark = pytest.mark.tf

EXAMPLE = PROJECT / "examples" / "images"


def test_digits_are_told_from_their_images(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "repository")
    call = [sys.executable, str(EXAMPLE / "run.py"), str(folder.path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sparse_categorical_accuracy" in done.stdout
    assert done.stdout.endswith(f"cd {folder.path} && {command_line()} pipeline evaluate digits\n")

    words = ("artifact", "get", "digits::evaluator::evaluation", "--output", "json")
    (file,) = Path(json.loads(folder.zenml(*words).out)["uri"]).glob("metrics.json")
    metrics = json.loads(file.read_text())
    assert metrics["overall"]["sparse_categorical_accuracy"] > 0.9
    assert {part["slice"]["metadata.ink"] for part in metrics["slices"]} == {"thin", "bold"}
    counts = [part["metrics"]["example_count"] for part in metrics["slices"]]
    assert sum(counts) == metrics["overall"]["example_count"] > 250

    again = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert "0 steps ran" in again.stdout + again.stderr

    image = folder.path / "data" / "digits" / "3" / "0003.png"
    image.write_bytes(image.read_bytes()[:-20])
    failed = folder.zenml("datasource", "commit", "digits")
    assert failed.status != 0
    assert "3/0003.png cannot be decoded" in failed.err
