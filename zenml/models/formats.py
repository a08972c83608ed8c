"""Which format a model's folder holds."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from typing import Any

from zenml.errors import DataError
from zenml.files import write_text
from zenml.models.base import ModelReader

# Beside a model that is no SavedModel: which format it is in, and what its reader needs.
DESCRIPTION = "zenml_model.json"
_READERS = {
    "saved_model": "zenml.models.saved_model:SavedModelReader",
    "torch": "zenml.models.torch_model:TorchModel",
    "xgboost": "zenml.models.xgboost_model:XGBoostModel",
    "scikit_learn": "zenml.models.scikit_learn:ScikitLearnModel",
}


def write_description(folder: str, format: str, told: dict[str, Any]) -> None:
    """Writes down which format a model is saved in.

    Args:
        folder: Of the model.
        format: Name of the format.
        told: What its reader needs besides, as JSON can hold it.
    """
    text = json.dumps({"format": format, **told}, indent=1, sort_keys=True, ensure_ascii=False)
    write_text(Path(folder, DESCRIPTION), text)


def read_description(folder: str) -> dict[str, Any]:
    """What was written down of a model; `{"format": "saved_model"}` for a SavedModel.

    Raises:
        DataError: The folder holds no model that is known here; says what it holds.
    """
    if Path(folder, "saved_model.pb").is_file():
        return {"format": "saved_model"}
    try:
        told: dict[str, Any] = json.loads(Path(folder, DESCRIPTION).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if not os.path.isdir(folder):
            raise DataError(f"There is no model in {folder}: there is no such folder.") from None
        held = ", ".join(sorted(os.listdir(folder))) or "nothing"
        raise DataError(
            f"The folder {folder} holds neither a SavedModel nor a {DESCRIPTION}, but {held}."
        ) from None
    except (OSError, ValueError) as exc:
        raise DataError(f"{Path(folder, DESCRIPTION)} cannot be read: {exc}") from exc
    if told.get("format") not in _READERS:
        raise DataError(
            f"The model in {folder} is in the format {told.get('format')!r}; this zenml reads "
            f"{', '.join(_READERS)}."
        )
    return told


def open_reader(folder: str) -> ModelReader:
    """The reader of the model in a folder.

    Raises:
        DataError: The folder holds no model that is known here.
    """
    module, _, name = _READERS[read_description(folder)["format"]].partition(":")
    reader: ModelReader = getattr(importlib.import_module(module), name)(folder)
    return reader
