"""Versions come and go with their folders; what answers is never taken away before another does."""

from __future__ import annotations

import gc
import shutil
import weakref
from pathlib import Path
from typing import Any, cast

import pytest

from zenml.errors import RequestError, ServingError
from zenml.serving.folders import base_of, version_of, versions_in
from zenml.serving.loading import LoadedModel
from zenml.serving.policy import VersionPolicy
from zenml.serving.served_model import ServedModel


class Loader:
    """Loads nothing; a folder with a file `broken` does not load."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def __call__(self, folder: str) -> LoadedModel:
        if Path(folder, "broken").exists():
            raise ServingError(f"{folder} is cut off")
        self.loaded.append(Path(folder).name)
        return LoadedModel(folder, {})


@pytest.fixture
def loader() -> Loader:
    return Loader()


def put(base: Path, version: int, broken: bool = False) -> Path:
    folder = base / str(version)
    folder.mkdir(parents=True)
    (folder / ("broken" if broken else "saved_model.pb")).write_text("")
    return folder


def served(base: Path, loader: Loader, policy: str = "latest", **more: object) -> ServedModel:
    model = ServedModel("m", base, VersionPolicy.parse(policy), loader=loader, **more)
    model.refresh(settled=False)
    return model


def states(model: ServedModel) -> dict[str, str]:
    return {state["version"]: state["state"] for state in model.status()}


def test_the_newest_answers_and_a_newer_one_takes_over(tmp_path: Path, loader: Loader) -> None:
    put(tmp_path, 1), put(tmp_path, 10), put(tmp_path, 9)
    model = served(tmp_path, loader)
    assert (model.versions, loader.loaded) == ([10], ["10"])
    put(tmp_path, 11)
    model.refresh()
    assert model.versions == [10]  # somebody may still be writing it
    model.refresh()
    assert model.versions == [11]
    assert states(model) == {"11": "AVAILABLE", "10": "END"}


def test_a_broken_version_is_told_and_the_old_one_goes_on(tmp_path: Path, loader: Loader) -> None:
    put(tmp_path, 1)
    model = served(tmp_path, loader)
    folder = put(tmp_path, 2, broken=True)
    for _ in range(3):
        model.refresh()
    assert model.find()[0] == 1
    (told, _) = model.status()
    assert (told["version"], told["state"]) == ("2", "END")
    assert "cut off" in told["status"]["error_message"]
    assert told["status"]["error_code"] != "OK"
    (folder / "broken").unlink()  # what was missing arrives
    (folder / "saved_model.pb").write_text("")
    model.refresh()
    model.refresh()
    assert model.find()[0] == 2


def test_with_a_broken_newest_version_an_older_one_is_started(
    tmp_path: Path, loader: Loader
) -> None:
    put(tmp_path, 1), put(tmp_path, 2), put(tmp_path, 3, broken=True)
    assert served(tmp_path, loader).versions == [2]


def test_a_version_that_is_removed_gives_way_to_the_one_before(
    tmp_path: Path, loader: Loader
) -> None:
    put(tmp_path, 1), put(tmp_path, 2)
    model = served(tmp_path, loader)
    shutil.rmtree(tmp_path / "2")
    model.refresh()
    assert model.versions == [2]  # until the one before it is loaded
    model.refresh()
    assert model.versions == [1]
    shutil.rmtree(tmp_path)
    model.refresh()
    assert not model.ready
    with pytest.raises(RequestError, match="No version of model 'm' is served; there is: none"):
        model.find()


def test_a_version_whose_files_change_is_loaded_again(tmp_path: Path, loader: Loader) -> None:
    """As where somebody copies slowly: what was there first may have been a part of it."""
    folder = put(tmp_path, 1)
    model = served(tmp_path, loader)
    (folder / "vocabulary").write_text("late")
    model.refresh()
    assert loader.loaded == ["1"]  # somebody may still be writing
    first = model.find()[1]
    model.refresh()
    assert loader.loaded == ["1", "1"]
    assert model.find()[1] is not first
    (folder / "broken").write_text("")
    for _ in range(3):
        model.refresh()
    assert (model.versions, states(model)) == ([1], {"1": "AVAILABLE"})  # it goes on as it was
    for _ in range(3):
        model.refresh()
    assert loader.loaded == ["1", "1"]


def test_a_version_that_was_unloaded_is_loaded_when_it_is_wanted_again(
    tmp_path: Path, loader: Loader
) -> None:
    put(tmp_path, 1)
    model = served(tmp_path, loader)
    put(tmp_path, 2)
    for _ in range(2):
        model.refresh()
    shutil.rmtree(tmp_path / "2")
    for _ in range(2):
        model.refresh()
    assert (model.versions, loader.loaded) == ([1], ["1", "2", "1"])


def test_all_versions(tmp_path: Path, loader: Loader) -> None:
    put(tmp_path, 1), put(tmp_path, 2, broken=True), put(tmp_path, 3)
    model = served(tmp_path, loader, "all")
    assert model.versions == [1, 3]
    assert model.find(1)[0] == 1
    shutil.rmtree(tmp_path / "1")
    model.refresh()
    assert model.versions == [3]


def test_one_version(tmp_path: Path, loader: Loader) -> None:
    put(tmp_path, 1), put(tmp_path, 2)
    model = served(tmp_path, loader, "1")
    assert model.versions == [1]
    with pytest.raises(RequestError, match="No version 2 of model 'm' is served; there is: 1"):
        model.find(2)
    with pytest.raises(RequestError) as caught:
        model.status(2)
    assert caught.value.status == 404


def test_labels(tmp_path: Path, loader: Loader) -> None:
    put(tmp_path, 1), put(tmp_path, 2)
    model = served(tmp_path, loader, "all", labels={"stable": 1})
    assert model.find(label="stable")[0] == 1
    assert model.status(label="stable")[0]["version"] == "1"
    with pytest.raises(RequestError, match="no label 'canary'; there is: stable"):
        model.find(label="canary")


def test_who_asked_before_the_switch_keeps_the_version(tmp_path: Path, loader: Loader) -> None:
    put(tmp_path, 1)
    model = served(tmp_path, loader)
    _, asked = model.find()
    put(tmp_path, 2)
    model.refresh()
    model.refresh()
    assert asked.folder.endswith("1")
    assert model.find()[1].folder.endswith("2")


def test_the_memory_of_a_version_is_freed_when_its_last_request_is_answered(tmp_path: Path) -> None:
    """Models hold themselves in cycles; Python's own collector comes late."""
    held: list[weakref.ref[Any]] = []

    class Cycle:
        def __init__(self) -> None:
            self.itself = self
            held.append(weakref.ref(self))

    def load(folder: str) -> LoadedModel:
        return LoadedModel(folder, {"m": cast(Any, Cycle())})

    put(tmp_path, 1)
    model = ServedModel("m", tmp_path, loader=load)
    gc.disable()
    try:
        model.refresh(settled=False)
        _, asked = model.find()
        for version in (2, 3):
            put(tmp_path, version)
            model.refresh(settled=False)
        assert [ref() is not None for ref in held] == [True, False, True]
        del asked
        model.refresh()
        assert [ref() is not None for ref in held] == [False, False, True]
    finally:
        gc.enable()


@pytest.mark.parametrize("text", ["newest", "", "1.5", "-1", "1,x"])
def test_versions_that_cannot_be(text: str) -> None:
    with pytest.raises(ServingError, match="it takes latest, all, a number such as 3, or numbers"):
        VersionPolicy.parse(text)


def test_what_a_folder_is(tmp_path: Path) -> None:
    version = put(tmp_path / "penguins", 7)
    (tmp_path / "penguins" / ".pushing-1").mkdir()
    assert base_of(tmp_path / "penguins") == ("penguins", tmp_path / "penguins", None)
    assert base_of(version) == ("penguins", tmp_path / "penguins", 7)
    assert versions_in(tmp_path / "penguins") == {7: version}
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "saved_model.pb").write_text("")
    assert base_of(alone) == ("alone", alone, None)
    assert versions_in(alone) == {1: alone}


def test_a_file_that_cannot_be_looked_at_is_for_loading_to_refuse(
    tmp_path: Path, loader: Loader
) -> None:
    (put(tmp_path, 1) / "loop").symlink_to("loop")
    assert served(tmp_path, loader).versions == [1]


def test_names_that_are_versions(tmp_path: Path) -> None:
    names = ("0003", "12", "012", "-1", "\u00b2", "\u0661", "1.5", "9" * 19, "9" * 5000)
    for name in names[:-1]:
        (tmp_path / name).mkdir()
    assert {number: path.name for number, path in versions_in(tmp_path).items()} == {
        3: "0003",
        12: "12",
    }
    assert version_of(names[-1]) is None
    assert version_of(str(2**63 - 1)) == 2**63 - 1


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ServingError, match="there is no such folder"):
        base_of(tmp_path / "gone")
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(ServingError, match="that is a file; name its folder"):
        base_of(tmp_path / "notes.txt")
    with pytest.raises(ServingError, match=r"neither a model nor .* but notes\.txt\.$"):
        base_of(tmp_path)
    put(tmp_path / "penguins", 7)
    with pytest.raises(
        ServingError, match=r"Name one of the models in it, such as \S*/penguins\.$"
    ):
        base_of(tmp_path)
