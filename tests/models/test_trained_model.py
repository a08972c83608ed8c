"""What a folder of a model holds, and what is said where it holds none."""

import json
from pathlib import Path

import pytest

from zenml.errors import DataError
from zenml.models import TrainedModel
from zenml.models.folders import find_model
from zenml.models.formats import DESCRIPTION, read_description, write_description


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no model in .*gone: there is no such folder"):
        TrainedModel(str(tmp_path / "gone"))([{"n": 1}])


def test_a_folder_without_a_model_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_text("")
    with pytest.raises(DataError, match=r"neither a SavedModel nor .* but weights\.h5"):
        read_description(str(tmp_path))


def test_a_format_of_another_zenml(tmp_path: Path) -> None:
    write_description(str(tmp_path), "abacus", {"beads": 3})
    assert json.loads((tmp_path / DESCRIPTION).read_text()) == {"format": "abacus", "beads": 3}
    with pytest.raises(DataError, match=r"in the format 'abacus'; this zenml reads saved_model"):
        read_description(str(tmp_path))


def test_a_description_that_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / DESCRIPTION).write_text('{"format": ')
    with pytest.raises(DataError, match=r"zenml_model\.json cannot be read"):
        read_description(str(tmp_path))


def test_a_folder_of_versions_is_its_newest_model(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for version in ("9", "10"):
        (tmp_path / "deployed" / version).mkdir(parents=True)
        write_description(f"deployed/{version}", "abacus", {})
    (tmp_path / "deployed" / "notes").mkdir()
    assert TrainedModel("deployed").path == "deployed/10"
    assert TrainedModel("deployed/9").path == "deployed/9"
    with pytest.raises(DataError, match=r"The model in deployed/10 .*'abacus'"):
        TrainedModel("deployed")([{"n": 1}])
    assert find_model("deployed") == str(tmp_path / "deployed" / "10")
