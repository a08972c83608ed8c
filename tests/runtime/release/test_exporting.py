"""A folder that needs neither the repository nor, where the format allows, zenml."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import ReleaseError
from zenml.runtime import release as releases

WITHOUT_ZENML = """
import sys
sys.modules["zenml"] = None  # as where it is not installed
from load import load, values
assert [pin["output"] for pin in values()][:2] == ["X", "table"]
print(load("load", "X").sum(), load("load", "notes"), load("load", "table").shape)
print(load("fit").predict([[30.0, 31.0]]), load("accuracy", "output"))
print(load("load", "odd"))
try:
    load("load", "limits")
except ImportError as exc:
    print(exc)
"""


@pytest.fixture
def exported(place: Any, tmp_path: Path) -> Path:
    """The folder of an exported release; the repository is not where it was any more."""
    place.create("1.0")
    found = releases.export("1.0", tmp_path / "new" / "penguins")
    os.chdir(tmp_path)
    shutil.rmtree(place.root / ".zenml")
    return Path(found)


def test_what_is_in_it(exported: Path) -> None:
    names = {path.name for path in exported.iterdir()}
    (pipeline,) = {name for name in names if name.startswith("steps_penguins_")}
    assert names == {
        "README.md", "artifacts", "code", "load.py", "release.json", "requirements.txt", pipeline,
    }  # fmt: skip
    pins = json.loads((exported / "release.json").read_text())
    assert pins["release"] == "1.0"
    for pin in pins["artifacts"]:
        assert len(list((exported / "artifacts" / pin["node"] / pin["output"]).iterdir())) > 0
    assert pins["pipeline"]["digest"] in (exported / pipeline).read_text()
    assert {path.name for path in (exported / "code").rglob("*.py")} == {"flow.py", "odd.py"}
    packages = (exported / "requirements.txt").read_text()
    assert "scikit-learn==" in packages
    assert "skops\n" in packages
    text = (exported / "README.md").read_text()
    assert "# penguins, release 1.0" in text
    assert "| load | X | `numpy.ndarray` | `load.py` |" in text
    assert list(exported.parent.iterdir()) == [exported]


def test_values_are_read_without_zenml(exported: Path) -> None:
    words = [sys.executable, "-c", WITHOUT_ZENML]
    done = subprocess.run(words, cwd=exported, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "780.0 {'é': [1, None]} (2, 2)"
    assert lines[1] == "[ True] 1.0"
    assert lines[2].startswith("<kinds.odd.Odd object")
    assert lines[3].startswith("This flow.Limits was saved by zenml.")
    assert "install zenml" in lines[3]


def test_what_zenml_alone_can_read_it_reads_without_the_repository(exported: Path) -> None:
    words = [sys.executable, "load.py", "load", "limits"]
    done = subprocess.run(words, cwd=exported, capture_output=True, text=True)
    assert done.stdout == "Limits(low=3)\n", done.stderr


def test_files_that_changed_are_not_read(exported: Path) -> None:
    (exported / "artifacts" / "load" / "notes" / "data.json").write_text("{}")
    words = [sys.executable, "load.py", "load", "notes"]
    done = subprocess.run(words, cwd=exported, capture_output=True, text=True)
    assert "was changed since it was released" in done.stderr
    words = [sys.executable, "load.py", "lod"]
    done = subprocess.run(words, cwd=exported, capture_output=True, text=True)
    assert "there are: load X, load table, load notes" in done.stderr


def test_a_folder_that_is_not_empty(place: Any, tmp_path: Path) -> None:
    place.create("1.0")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="is not empty, and nothing is written over"):
        releases.export("1.0", tmp_path / "there")
    with pytest.raises(ReleaseError, match="is a file"):
        releases.export("1.0", tmp_path / "there" / "mine.txt")
    assert [path.name for path in tmp_path.rglob("*")] == ["there", "mine.txt"]
    (tmp_path / "empty").mkdir()
    assert (releases.export("1.0", tmp_path / "empty") / "README.md").is_file()


def test_it_is_written_whole_or_not_at_all(place: Any, tmp_path: Path) -> None:
    place.create("1.0")
    (place.uri("accuracy") / "data.json").write_text("0.5")
    with pytest.raises(ReleaseError, match=r"of artifact accuracy.output the files are changed"):
        releases.export("1.0", tmp_path / "some" / "where")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(place: Any, tmp_path: Path) -> None:
    place.create("1.0")
    (tmp_path / "file").write_text("")
    with pytest.raises(ReleaseError, match=r"cannot be written.*Nothing was written"):
        releases.export("1.0", tmp_path / "file" / "folder")


def test_it_is_stopped(place: Any, tmp_path: Path) -> None:
    place.create("1.0")
    stop = """
import os, shutil, signal, sys
from zenml.runtime import release
copy = shutil.copyfile
def copyfile(*args, **options):
    os.kill(os.getpid(), signal.SIGTERM)
    return copy(*args, **options)
shutil.copyfile = copyfile
release.export("1.0", sys.argv[1])
"""
    words = [sys.executable, "-c", stop, str(tmp_path / "new" / "out")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert "RunInterruptedError: Exporting release 1.0 was stopped" in done.stderr
    assert list(tmp_path.iterdir()) == []
