"""What is recorded of a value, where its files lie, and whose classes it is made of."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zenml.artifacts.materializers import registry
from zenml.artifacts.store import digest
from zenml.artifacts.values import ValueRecord, load_value, save_value
from zenml.errors import ArtifactStoreError, MaterializerError
from zenml.repo.at_commit import CommitModules
from zenml.repo.git import GitRepository
from zenml.repo.tree import CommitTree


def test_a_record_becomes_properties_and_back() -> None:
    record = ValueRecord("m.M", "t.T", "3.10.1", {"rows": 3, "preview": [[None, "ü"]]})
    properties = {**record.to_properties(), "content_hash": "x", "zenml_files": 1}
    assert ValueRecord.from_properties(properties) == record
    assert set(map(type, record.to_properties().values())) == {str}
    assert ValueRecord.from_properties({}) == ValueRecord("", "", "", {})


def test_what_is_recorded_is_enough_to_load_it(tmp_path: Path) -> None:
    record = save_value(np.arange(3), str(tmp_path / "a" / "b"))
    assert record.materializer.endswith("numpy_array.NumpyMaterializer")
    assert record.type == "numpy.ndarray"
    assert load_value(str(tmp_path / "a" / "b"), record).tolist() == [0, 1, 2]


def test_a_value_is_not_converted_to_what_is_asked_for(tmp_path: Path) -> None:
    record = save_value([1, 2], str(tmp_path / "a"))
    assert load_value(str(tmp_path / "a"), record, data_type=np.ndarray) == [1, 2]
    assert load_value(str(tmp_path / "a"), record, data_type=list[int]) == [1, 2]


def test_nothing_stays_of_what_could_not_be_saved(tmp_path: Path) -> None:
    with pytest.raises(MaterializerError):
        save_value([np.arange(3), (x for x in "ab")], str(tmp_path / "a"))
    assert not (tmp_path / "a").exists()


def test_a_folder_that_is_there_already_is_used(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    record = save_value(1, str(tmp_path / "a"))
    assert load_value(str(tmp_path / "a"), record) == 1
    (tmp_path / "file").touch()
    with pytest.raises(MaterializerError, match="is a file, where"):
        save_value(1, str(tmp_path / "file"))


@pytest.mark.parametrize("empty", [True, False], ids=["no files", "no folder"])
def test_an_artifact_that_is_gone_is_named(tmp_path: Path, empty: bool) -> None:
    uri = tmp_path / "a"
    record = save_value({"a": 1}, str(uri))
    (uri / "data.json").unlink()
    if not empty:
        uri.rmdir()
    with pytest.raises(ArtifactStoreError, match="is gone: there are no files") as caught:
        load_value(str(uri), record)
    assert str(uri) in str(caught.value)


def test_an_error_names_the_materializer_that_is_gone(tmp_path: Path) -> None:
    save_value(1, str(tmp_path))
    record, found = ValueRecord("mine.Materializer", "", ""), digest(str(tmp_path)).digest
    with pytest.raises(MaterializerError, match=r"mine\.Materializer is needed"):
        load_value(str(tmp_path), record, content_hash=found)


def test_a_number_costs_little_more_than_its_file(tmp_path: Path) -> None:
    def seconds(work: Callable[[int], Any]) -> float:
        best = float("inf")
        for attempt in range(3):
            began = time.process_time()
            for number in range(200):
                work(1000 * attempt + number)
            best = min(best, time.process_time() - began)
        return best / 200

    def plain(number: int) -> None:
        folder = tmp_path / f"plain-{number}"
        folder.mkdir()
        (folder / "data.json").write_bytes(b"1")

    record = save_value(1, str(tmp_path / "warm"))
    cost = seconds(lambda number: save_value(number, str(tmp_path / f"value-{number}")))
    bare = seconds(plain)
    assert cost < 15 * bare
    assert seconds(lambda number: load_value(str(tmp_path / "warm"), record)) < 15 * bare


MODULE = """
    import dataclasses
    from zenml.materializers import BaseMaterializer

    @dataclasses.dataclass
    class Config:
        rate: float

        def told(self):
            return "{when}"

    class Thing:
        def __init__(self, value):
            self.value = value

        def told(self):
            return "{when}"

    class Kept:
        pass

    class KeptMaterializer(BaseMaterializer):
        ASSOCIATED_TYPES = (Kept,)

        def save(self, value):
            open(self.uri + "/kept", "w").write("{when}")

        def load(self, data_type):
            made = Kept()
            made.told = lambda: "{when}"
            return made
"""


@pytest.fixture
def versions(
    git_repo: Path, commit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, Any]:
    """The module `things` as it was at a commit, and as it is today."""
    monkeypatch.setattr(registry, "_users", dict(registry._users))
    monkeypatch.setattr(sys, "path", [str(git_repo), *sys.path])
    sha = commit({"things.py": textwrap.dedent(MODULE.replace("{when}", "then"))})
    (git_repo / "things.py").write_text(textwrap.dedent(MODULE.replace("{when}", "now")))
    modules = CommitModules(CommitTree(GitRepository(git_repo), sha), "things")
    modules.keep()
    then = modules.load("things")
    modules.keep()
    import things  # type: ignore[import-not-found]

    return then, things


@pytest.mark.parametrize("name", ["Config", "Thing", "Kept"])
@pytest.mark.parametrize("saved_then", [True, False], ids=["saved then", "saved now"])
def test_a_value_is_of_the_classes_of_whoever_reads_it(
    versions: tuple[Any, Any], tmp_path: Path, name: str, saved_then: bool
) -> None:
    then, now = versions
    saving = then if saved_then else now
    value = getattr(saving, name)(*([] if name == "Kept" else [0.5]))
    uri = str(tmp_path / "artifact")
    record = save_value([value] if name == "Config" else value, uri)
    assert "at_" not in record.materializer
    assert "at_" not in record.type
    found = digest(uri).digest
    for reader, said in ((then, "then"), (now, "now")):
        asked = getattr(reader, name)
        asked = list[asked] if name == "Config" else asked
        loaded = load_value(uri, record, content_hash=found, data_type=asked)
        loaded = loaded[0] if name == "Config" else loaded
        assert type(loaded) is getattr(reader, name)
        assert loaded.told() == said


def test_another_process_reads_what_a_commits_step_saved(
    versions: tuple[Any, Any], git_repo: Path, tmp_path: Path
) -> None:
    then, _ = versions
    for number, value in enumerate([then.Config(0.5), then.Thing(1), [then.Thing(2)]]):
        uri = str(tmp_path / str(number))
        record = save_value(value, uri)
        code = (
            "from zenml.artifacts.values import ValueRecord, load_value\n"
            f"record = ValueRecord.from_properties({record.to_properties()!r})\n"
            f"loaded = load_value({uri!r}, record, content_hash={digest(uri).digest!r})\n"
            "loaded = loaded[0] if isinstance(loaded, list) else loaded\n"
            "print(type(loaded).__module__, loaded.told())\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=git_repo, capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == ["things", "now"], done.stderr
