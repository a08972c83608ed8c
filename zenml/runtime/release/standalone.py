"""Loads the values of a release, from the folder that this file lies in.

It stands alone: neither zenml nor the repository is needed, only the package that a value
is of. What needs zenml's own rules to come back as it was says so, and is loaded by zenml
where that is installed.

    python load.py                  lists the values
    python load.py STEP OUTPUT      prints one
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TAG = "$zenml"  # in the JSON of what JSON has no notation for
_COPIED = ("zenml.artifacts.materializers.pickle_writing", "found_or_copy")


def load(step: str, output: str | None = None, folder: str | os.PathLike[str] = HERE) -> Any:
    """The value that a step gave.

    Args:
        step: Name of the step.
        output: Name of the output; None where there is one.
        folder: Of the release.

    Raises:
        KeyError: There is no such value; lists what there is.
        ValueError: The files are not those that were released.
        ImportError: A package is needed that is not installed; names it.
    """
    found = [pin for pin in values(folder) if pin["node"] == step]
    chosen = [pin for pin in found if output in (None, pin["output"])]
    if len(chosen) != 1:
        have = ", ".join(f"{pin['node']} {pin['output']}" for pin in values(folder))
        raise KeyError(f"{step} {output or ''} names {len(chosen)} values; there are: {have}")
    pin = chosen[0]
    uri = Path(folder, "artifacts", step, pin["output"])
    if digest(uri) != pin["sha256"]:
        raise ValueError(f"{uri} was changed since it was released")
    _import_from(Path(folder))
    read = READERS.get(kind_of(pin["value"]["materializer"]))
    made = read(uri) if read is not None else _ZENML
    return _by_zenml(uri, pin) if made is _ZENML else made


def values(folder: str | os.PathLike[str] = HERE) -> list[dict[str, Any]]:
    """What can be loaded: a dict for each value, with its `node`, `output` and `sha256`."""
    pins = json.loads(Path(folder, "release.json").read_text(encoding="utf-8"))
    return [pin for pin in pins["artifacts"] if pin["type"] == "ZenMLValue"]


def _import_from(folder: Path) -> None:
    """Has Python find the code of the steps, behind all else."""
    told = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    for root in told.get("roots", ()):
        place = str(folder.resolve() / root)
        if place not in sys.path:
            sys.path.append(place)


def digest(folder: Path) -> str:
    """Hash of the names and contents of the files of a folder."""
    total = hashlib.sha256()
    for file in _files(folder):
        name = file.relative_to(folder).as_posix().encode()
        size = os.stat(file, follow_symlinks=file.is_file()).st_size
        total.update(b"%d:%s:%d:" % (len(name), name, size))
        if file.is_file():
            with open(file, "rb") as opened:
                while block := opened.read(1 << 20):
                    total.update(block)
        elif file.is_symlink():
            total.update(os.readlink(file).encode())
    return total.hexdigest()


def _files(folder: Path) -> list[Path]:
    found = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        found += _files(path) if path.is_dir() and not path.is_symlink() else [path]
    return found


class _Zenml:
    """Says that only zenml knows how to make the value."""


_ZENML = _Zenml()


def _json(uri: Path) -> Any:
    text = (uri / "data.json").read_text(encoding="ascii")
    return _ZENML if f'"{TAG}"' in text else json.loads(text)


def _numpy(uri: Path) -> Any:
    import numpy as np

    return np.load(uri / "data.npy", allow_pickle=False)


def _pandas(uri: Path) -> Any:
    """A table of plain columns, numbered from 0; others need what zenml noted of them."""
    shape = json.loads((uri / "data.json").read_text(encoding="ascii"))
    kinds = {json.dumps([spec.get("kind"), spec.get("of")]) for spec in shape["columns"]}
    index = shape["index"].get("labels") or {}
    plain = kinds <= {'["numbers", null]', '["objects", "str"]'} and not shape["attrs"]
    numbered = index.get("kind") == "range" and index["of"][::2] == [0, 1] and not index["name"]
    labels = shape["labels"] if not shape["series"] else None
    named = isinstance(labels, dict) and labels["kind"] == "plain" and labels["name"] is None
    if not (plain and numbered and (named or isinstance(shape["labels"], str))):
        return _ZENML
    from pyarrow import parquet

    frame = parquet.ParquetFile(uri / "data.parquet").read().to_pandas()
    return frame[shape["labels"]] if shape["series"] else frame


def _arrow(uri: Path) -> Any:
    from pyarrow import parquet

    return parquet.ParquetFile(uri / "data.parquet").read()


def _polars(uri: Path) -> Any:
    import polars

    series = uri / "series.parquet"
    if series.exists():
        return polars.read_parquet(series).to_series()
    return polars.read_parquet(uri / "data.parquet")


def _sparse(uri: Path) -> Any:
    from scipy import sparse

    return sparse.load_npz(uri / "data.npz")


def _sklearn(uri: Path) -> Any:
    if (uri / "model.pkl").exists():
        return _unpickled(uri / "model.pkl")
    from skops import io

    # The hash of the file is the one that was released: its types are those of the run.
    return io.load(uri / "model.skops", trusted=io.get_untrusted_types(file=uri / "model.skops"))


def _pickled(uri: Path) -> Any:
    return _unpickled(uri / "data.pkl")


def _unpickled(path: Path) -> Any:
    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            if (module, name) == _COPIED:  # a class of a script: the pickle has its code
                return lambda name, copy: pickle.loads(copy)
            return super().find_class(module, name)

    with open(path, "rb") as file:
        return Unpickler(file).load()


def _bytes(uri: Path) -> bytes:
    return (uri / "data.bin").read_bytes()


def _path(uri: Path) -> Any:
    """The file as it lies here."""
    folder = uri / "file"
    return next(folder.iterdir()) if folder.is_dir() else _ZENML


def _image(uri: Path) -> Any:
    from PIL import Image

    with Image.open(next(uri.glob("image.*"))) as image:
        return image.copy()


def _lightgbm(uri: Path) -> Any:
    import lightgbm

    return lightgbm.Booster(model_file=uri / "model.txt")


def _tensor(uri: Path) -> Any:
    import torch

    device = None if torch.cuda.is_available() else "cpu"
    return torch.load(uri / "tensor.pt", map_location=device, weights_only=True)


# Class of the materializer that saved a value -> what reads it. Others need zenml.
READERS = {
    "JSONMaterializer": _json,
    "NumpyMaterializer": _numpy,
    "PandasMaterializer": _pandas,
    "ArrowMaterializer": _arrow,
    "PolarsMaterializer": _polars,
    "SparseMaterializer": _sparse,
    "SklearnMaterializer": _sklearn,
    "PickleMaterializer": _pickled,
    "BytesMaterializer": _bytes,
    "PathMaterializer": _path,
    "ImageMaterializer": _image,
    "LightGBMMaterializer": _lightgbm,
    "TensorMaterializer": _tensor,
}


def kind_of(materializer: str) -> str:
    """The class of a materializer of zenml's own; "" for one that somebody defined."""
    own = materializer.startswith("zenml.")
    return materializer.rpartition(".")[2] if own else ""


def reader_of(materializer: str) -> str:
    """What reads the values of a materializer, in words."""
    kind = kind_of(materializer)
    if kind not in READERS:
        return "zenml"
    partly = kind in ("JSONMaterializer", "PandasMaterializer", "PathMaterializer")
    return "`load.py`; zenml where it is not plain" if partly else "`load.py`"


def _by_zenml(uri: Path, pin: dict[str, Any]) -> Any:
    told = pin["value"]
    try:
        from zenml.artifacts.values import ValueRecord, load_value
    except ImportError as exc:
        raise ImportError(
            f"This {told['type']} was saved by {told['materializer']}, and needs zenml to come "
            "back as it was: install zenml."
        ) from exc
    record = ValueRecord(told["materializer"], told["type"], told["python"])
    return load_value(str(uri), record, content_hash=pin["sha256"])


def main(words: list[str]) -> None:
    """Lists the values, or prints one."""
    if words:
        print(load(*words))
        return
    for pin in values():
        print(pin["node"], pin["output"], pin["value"]["type"])


if __name__ == "__main__":
    main(sys.argv[1:])
