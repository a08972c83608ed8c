"""Compares models by their weights, evaluations by their metrics."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zenml.models.folders import model_folder
from zenml.models.formats import DESCRIPTION
from zenml.models.raw_transform import FOLDER
from zenml.runtime.reproduce.files import compare_files
from zenml.runtime.reproduce.graphs import compare_transform_graphs
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.values import compare_arrays, compare_values, unlike
from zenml.runtime.reproduce.verdict import IDENTICAL, Comparison

_VARIABLES = "variables/variables"
_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
# How TensorFlow writes a SavedModel down: another graph, with the same weights, each time.
_WRITTEN = ("saved_model.pb", "fingerprint.pb", "keras_metadata.pb", "variables/*")


def compare_models(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two models have the same weights and vocabularies, as far as their format is known.

    Known are SavedModels, `.keras` files, and the transform graph beside a model in another
    format of zenml's, whose files are the same each time; of other ones the files are compared.
    """
    folders = Path(model_folder(new)), Path(model_folder(recorded))
    if (folders[1] / f"{_VARIABLES}.index").is_file():
        found = compare_files(str(folders[0]), str(folders[1]), leave_out=_WRITTEN)
        return found if not found.is_equal else _weights(folders, _saved_model, tolerance)
    if any(folders[1].glob("*.keras")):
        found = compare_files(str(folders[0]), str(folders[1]), leave_out=("*.keras",))
        return found if not found.is_equal else _weights(folders, _keras, tolerance)
    if (folders[1] / DESCRIPTION).is_file() and (folders[1] / FOLDER).is_dir():
        return compare_transform_graphs(str(folders[0]), str(folders[1]), tolerance)
    return compare_files(str(folders[0]), str(folders[1]))


def compare_evaluations(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two evaluations found the same metrics, overall and by slice."""
    paths = Path(new, "metrics.json"), Path(recorded, "metrics.json")
    if not all(path.is_file() for path in paths):
        return compare_files(new, recorded, leave_out=("eval_config.json",))
    found, known = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return compare_values(found, known, tolerance, "metrics")


def compare_curves(new: str, recorded: str, tolerance: Tolerance) -> Comparison:
    """Whether two trainings went the same way; the events for TensorBoard hold times."""
    paths = Path(new, "history.json"), Path(recorded, "history.json")
    if not paths[1].is_file():
        return Comparison(IDENTICAL)
    if not paths[0].is_file():
        return unlike("file history.json", "there", "missing")
    found, known = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return compare_values(found, known, tolerance, "history")


def _weights(
    folders: tuple[Path, Path], read: Callable[[Path], dict[str, Any]], tolerance: Tolerance
) -> Comparison:
    new, recorded = read(folders[0]), read(folders[1])
    if sorted(new) != sorted(recorded):
        return unlike("weights", f"{len(recorded)} arrays", f"{len(new)} arrays")
    found = [
        compare_arrays(new[name], recorded[name], tolerance, f"weights {name}") for name in recorded
    ]
    return Comparison.worst(found)


def _saved_model(folder: Path) -> dict[str, Any]:
    import tensorflow as tf

    path = folder / _VARIABLES
    if not path.with_suffix(".index").is_file():
        return {}
    reader = tf.train.load_checkpoint(str(path))
    names = (name for name in reader.get_variable_to_shape_map() if not name.startswith("_"))
    return {name.removesuffix(_VALUE): reader.get_tensor(name) for name in sorted(names)}


def _keras(folder: Path) -> dict[str, Any]:
    import io

    import h5py  # type: ignore[import-untyped]

    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.keras")):
        with (
            zipfile.ZipFile(path) as archive,
            h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as file,
        ):

            def keep(name: str, item: Any, path: Path = path) -> None:
                if isinstance(item, h5py.Dataset):
                    found[f"{path.name}/{name}"] = item[()]

            file.visititems(keep)
    return found
