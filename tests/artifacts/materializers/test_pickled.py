"""Everything else is a pickle, which is loaded only if it is the one that was recorded."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.artifacts.materializers import pickle_reading
from zenml.artifacts.store import digest
from zenml.artifacts.values import ValueRecord, load_value
from zenml.errors import ArtifactStoreError, MaterializerError


class Thing:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return type(other) is Thing and self.value == other.value

    __hash__ = None  # type: ignore[assignment]


class Bomb:
    """Its pickle makes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_anything_comes_back_with_one_warning(save: Callable[..., Any], pickled: Any) -> None:
    loaded = save(Thing([1, {2}])).load()
    assert loaded == Thing([1, {2}])
    save([Thing(1), Thing(2)])
    assert len(pickled()) == 1
    assert f"{__name__}.Thing" in pickled()[0]
    assert "zenml.materializers.BaseMaterializer" in pickled()[0]


def test_the_python_that_wrote_it_is_recorded(save: Callable[..., Any]) -> None:
    here = ".".join(map(str, sys.version_info[:3]))
    assert save(Thing(1)).record.python == here


def test_functions_and_local_classes_come_with_their_code(save: Callable[..., Any]) -> None:
    class Local:
        def times(self, x: int) -> int:
            return x * factor

    factor = 3
    assert save(lambda x: x + factor).load()(1) == 4
    assert save(Local()).load().times(2) == 6
    assert save(Local).load()().times(2) == 6


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a list"])
def test_an_edited_pickle_is_not_loaded(
    save: Callable[..., Any], tmp_path: Path, inside: bool
) -> None:
    saved = save([1, Thing(2)] if inside else Thing(2))
    file = saved.uri / ("0/data.pkl" if inside else "data.pkl")
    bomb = tmp_path / "exploded"
    file.write_bytes(pickle.dumps(Bomb(bomb)))
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded") as caught:
        saved.load()
    assert str(saved.uri) in str(caught.value)
    with pytest.raises(ArtifactStoreError, match="no hash of its files is known"):
        saved.load(content_hash="")
    assert not bomb.exists()


def test_a_pickle_put_into_the_index_is_not_loaded(
    save: Callable[..., Any], tmp_path: Path
) -> None:
    saved, bomb = save([1, 2]), tmp_path / "exploded"
    source = save(Thing(1)).record.materializer
    (saved.uri / "0").mkdir()
    (saved.uri / "0" / "data.pkl").write_bytes(pickle.dumps(Bomb(bomb)))
    (saved.uri / "data.json").write_text(
        f'[{{"$zenml":"artifact","folder":"0","materializer":"{source}","type":"","python":""}}]'
    )
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded"):
        saved.load()
    assert not bomb.exists()


def test_data_that_is_no_pickle_needs_no_hash(save: Callable[..., Any]) -> None:
    assert save([1, (2,)]).load(content_hash="") == [1, (2,)]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (lambda: threading.Lock(), "A _thread.lock cannot be pickled"),
        (
            lambda: Thing({"a": [threading.Lock()]}),
            r"because of \.value\['a'\]\[0\], a _thread.lock",
        ),
        (lambda: [1, Thing(threading.Lock())], r"because of \.value, a _thread.lock"),
        (lambda: (x for x in "ab"), "A builtins.generator cannot be pickled"),
        (lambda: _closure(threading.Lock()), r"because of  variable 'lock', a _thread.lock"),
    ],
)
def test_what_cannot_be_pickled_is_one_clear_error(
    save: Callable[..., Any], tmp_path: Path, value: Any, said: str
) -> None:
    with pytest.raises(MaterializerError, match=said) as caught:
        save(value())
    assert "define a materializer" in str(caught.value)
    assert list((tmp_path / "store").iterdir()) == []


def _closure(lock: Any) -> Callable[[], Any]:
    return lambda: lock


def test_a_pickle_of_another_python_names_both(
    save: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    here = ".".join(map(str, sys.version_info[:3]))
    data, code = save(Thing(1)), save(lambda: 1)
    for saved in (data, code):
        record = saved.record
        saved.record = ValueRecord(record.materializer, record.type, "3.7.2")
    assert data.load() == Thing(1)
    assert f"Python 3.7.2 wrote it and this is Python {here}" in caplog.text
    with pytest.raises(
        ArtifactStoreError, match=f"wrote it and this is Python {here}: code of one"
    ):
        code.load()


def test_a_pickle_whose_module_is_gone_says_what_it_needs(
    save: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save(Thing(1))
    monkeypatch.delitem(globals(), "Thing")
    with pytest.raises(ArtifactStoreError, match=r"cannot be loaded .*Thing.* needs the modules"):
        saved.load()


def test_an_error_while_pickling_leaves_what_was_there(tmp_path: Path) -> None:
    from zenml.artifacts.values import save_value

    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(MaterializerError):
        save_value(threading.Lock(), str(tmp_path))
    assert (tmp_path / "mine.txt").exists()


SCRIPT = """
    import sys
    from zenml.artifacts.store import digest
    from zenml.artifacts.values import PYTHON, ValueRecord, load_value, save_value

    class Config:
        def __init__(self, rate): self.rate = rate
        def twice(self): return Config(self.rate * 2)

    folder, what = sys.argv[1:]
    if what == "save":
        record = save_value(Config(0.5), folder)
    else:
        record = ValueRecord("zenml.artifacts.materializers.pickled.PickleMaterializer", "", PYTHON)
        loaded = load_value(folder, record, content_hash=digest(folder).digest)
        print(type(loaded) is Config, loaded.twice().rate)
"""


def test_an_instance_of_a_scripts_class_is_one_again_in_its_next_run(tmp_path: Path) -> None:
    script, folder = tmp_path / "run.py", tmp_path / "artifact"
    script.write_text(textwrap.dedent(SCRIPT))
    for what in ("save", "load"):
        command = [sys.executable, str(script), str(folder), what]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True 1.0"
    # Elsewhere, where there is no such script, it is a copy that works.
    record = ValueRecord(
        "zenml.artifacts.materializers.pickled.PickleMaterializer", "run.Config", ""
    )
    loaded = load_value(str(folder), record, content_hash=digest(str(folder)).digest)
    assert loaded.twice().rate == 1.0


TYPED = """
    import dataclasses, sys
    from zenml.artifacts.store import digest
    from zenml.artifacts.values import load_value, save_value

    @dataclasses.dataclass
    class Config:
        rate: float

    record = save_value([Config(0.5)], sys.argv[1])
    loaded = load_value(sys.argv[1], record, content_hash=digest(sys.argv[1]).digest)
    print(loaded[0] == Config(0.5), record.to_properties())
"""


def test_an_instance_of_a_class_that_was_typed_in_loads_elsewhere_too(tmp_path: Path) -> None:
    folder = str(tmp_path / "artifact")
    command = [sys.executable, "-c", textwrap.dedent(TYPED), folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    same, _, properties = done.stdout.partition(" ")
    assert same == "True"
    record = ValueRecord.from_properties(ast.literal_eval(properties))
    assert load_value(folder, record, content_hash=digest(folder).digest)[0].rate == 0.5


def test_the_module_that_reads_knows_the_name_of_the_one_that_writes() -> None:
    module, name = pickle_reading._SCRIPTS_CLASS
    assert callable(getattr(sys.modules[module], name))
