"""Materializers of users: found by the type, checked when they are defined."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zenml.artifacts.materializers.registry import BUILT_IN, load_built_in, materializer_for
from zenml.errors import ArtifactStoreError, MaterializerError
from zenml.materializers import BaseMaterializer


class Animal:
    def __init__(self, name: str) -> None:
        self.name = name


class Dog(Animal):
    pass


@dataclasses.dataclass
class Puppy(Dog):
    name: str


class ByName(BaseMaterializer):
    """Registered by the tests, for types of theirs."""

    ASSOCIATED_TYPES = (type("Nobody", (), {}),)

    def save(self, value: Any) -> None:
        with open(os.path.join(self.uri, "name.txt"), "w") as file:
            file.write(value.name)

    def load(self, data_type: Any) -> Any:
        with open(os.path.join(self.uri, "name.txt")) as file:
            return data_type(file.read())

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        return {"name": value.name, "ratio": float("nan"), "size": np.int64(3), "many": (1, 2)}


def associated(*types: Any) -> type[BaseMaterializer]:
    """A materializer defined for some types, which can be found by its name."""
    return type("ByName", (ByName,), {"ASSOCIATED_TYPES": types, "__module__": __name__})


def test_a_users_materializer_is_found_by_the_type(save: Callable[..., Any], pickled: Any) -> None:
    associated(Animal)
    saved = save(Dog("Rex"))
    assert saved.files == ["name.txt"]
    loaded = saved.load()
    assert (type(loaded), loaded.name) == (Dog, "Rex")
    assert type(saved.load(data_type=Animal)) is Animal
    assert saved.record.metadata == {"name": "Rex", "ratio": None, "size": 3, "many": [1, 2]}
    assert pickled() == []


def test_the_most_specific_type_wins_and_the_last_of_equals() -> None:
    general, special = associated(Animal), associated(Dog)
    assert materializer_for(Dog) is special
    assert materializer_for(Animal) is general
    again = associated(Dog)
    assert materializer_for(Dog) is again
    assert materializer_for(Puppy) is again


def test_a_users_beats_the_built_in_for_the_same_type(save: Callable[..., Any]) -> None:
    mine = associated(np.ndarray)
    assert materializer_for(np.ndarray) is mine
    everything = associated(object)
    assert materializer_for(Animal) is everything
    assert materializer_for(bool).__name__ == "JSONMaterializer"


def test_a_type_can_be_named_without_importing_it() -> None:
    mine = associated(f"{__name__}.Animal")
    assert materializer_for(Dog) is mine


def test_a_users_materializer_serves_inside_of_containers(save: Callable[..., Any]) -> None:
    associated(Animal)
    saved = save({"pets": [Dog("Rex"), Puppy("Bo")]})
    assert saved.files == ["0/name.txt", "1/name.txt", "data.json"]
    assert [pet.name for pet in saved.load()["pets"]] == ["Rex", "Bo"]


def test_one_given_for_an_output_needs_no_matching_type(save: Callable[..., Any]) -> None:
    saved = save(Animal("Tom"), ByName)
    assert saved.files == ["name.txt"]
    assert saved.load().name == "Tom"


def test_a_built_in_one_given_for_a_value_it_cannot_hold_says_so(save: Callable[..., Any]) -> None:
    chosen = load_built_in("numpy_array:NumpyMaterializer")
    with pytest.raises(MaterializerError, match=r"NumpyMaterializer cannot save this .*objects"):
        save(np.array([object()]), chosen)


def test_what_a_users_materializer_reads_must_be_what_was_recorded(
    save: Callable[..., Any],
) -> None:
    saved = save(Animal("Tom"), ByName)
    (saved.uri / "name.txt").write_text("Jerry")
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded"):
        saved.load()


def test_an_error_in_load_names_the_method(save: Callable[..., Any]) -> None:
    saved = save(Animal("Tom"), ByName)
    with pytest.raises(ArtifactStoreError, match=r"ByName\.load\(\) failed with TypeError: .*int"):
        saved.load(data_type=type("Fails", (), {"__init__": lambda self, text: text + 1}))


def test_it_is_loaded_through_the_callers_loader(save: Callable[..., Any]) -> None:
    saved, asked = save(Animal("Tom"), ByName), []
    assert saved.load(resolve=lambda source: asked.append(source) or ByName).name == "Tom"
    assert asked == [f"{__name__}.ByName"]
    with pytest.raises(MaterializerError, match="is no materializer"):
        saved.load(resolve=lambda source: int)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"load": lambda s, t: 1, "ASSOCIATED_TYPES": (int,)}, r"Mine has no save\(\)"),
        ({"save": lambda s, v: 1, "ASSOCIATED_TYPES": (int,)}, r"Mine has no load\(\)"),
        ({"save": 1, "load": 1}, r"ASSOCIATED_TYPES of the materializer Mine is \(\)"),
        ({"save": 1, "load": 1, "ASSOCIATED_TYPES": int}, "must be a tuple"),
        ({"save": 1, "load": 1, "ASSOCIATED_TYPES": (3,)}, "has 3, which is no class"),
        ({"save": 1, "load": 1, "ASSOCIATED_TYPES": ("Frame",)}, "has 'Frame', which is no class"),
        ({"save": 1, "load": 1, "ASSOCIATED_TYPES": (list[int],)}, "which is no class"),
    ],
)
def test_a_wrong_materializer_is_refused_when_it_is_defined(members: Any, said: str) -> None:
    with pytest.raises(MaterializerError, match=said):
        type("Mine", (BaseMaterializer,), members)


def test_metadata_must_be_a_dict(save: Callable[..., Any]) -> None:
    wrong = type("Wrong", (ByName,), {"extract_metadata": lambda self, value: [1]})
    with pytest.raises(MaterializerError, match=r"extract_metadata\(\) of the materializer Wrong"):
        save(Animal("Tom"), wrong)


def test_large_metadata_are_cut_and_say_so(save: Callable[..., Any]) -> None:
    import json

    given = {
        "small": 1,
        "text": "x" * 50_000,
        "many": list(range(5000)),
        "deep": {"a": ["y"] * 9999},
    }
    large = type("Large", (ByName,), {"extract_metadata": lambda self, value: given})
    found = save(Animal("Tom"), large).record.metadata
    assert found["small"] == 1
    assert sorted(found["left_out"]) == ["deep", "many"]
    assert len(json.dumps(found)) <= 8192


def test_the_table_of_built_in_ones_names_what_there_is() -> None:
    for dotted, name in BUILT_IN.items():
        found = load_built_in(name)
        assert issubclass(found, BaseMaterializer), dotted
        assert found.ASSOCIATED_TYPES


def test_finding_a_materializer_imports_no_package() -> None:
    code = (
        "import sys, tempfile\n"
        "from zenml.artifacts.values import load_value, save_value\n"
        "folder = tempfile.mkdtemp()\n"
        "assert load_value(folder, save_value([1, (2.5, 'a')], folder)) == [1, (2.5, 'a')]\n"
        "from zenml.artifacts.materializers.registry import materializer_for\n"
        "class Mine: pass\n"
        "materializer_for(Mine)\n"
        "packages = 'numpy pandas pyarrow polars torch sklearn scipy PIL tensorflow pydantic'\n"
        "packages += ' cloudpickle keras xgboost lightgbm skops'\n"
        "print([name for name in packages.split() if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
