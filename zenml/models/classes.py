"""The names of the classes that a model predicts, kept beside it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from zenml.errors import DataError
from zenml.files import write_text
from zenml.models.columns import LABEL, OUTPUT
from zenml.models.nan_words import nan_rows

# Where a SavedModel has room for files of others; other formats have the same folder.
EXTRA = "assets.extra"
_FILE = "classes.json"
_SHOWN = 6  # names in a line


def write_classes(folder: str, classes: Mapping[str, Sequence[str]]) -> None:
    """Writes beside a model what its indices stand for.

    Args:
        folder: Of the model.
        classes: Label -> name of each class, in the order of the indices.
    """
    if classes:
        text = json.dumps({k: list(v) for k, v in classes.items()}, ensure_ascii=False, indent=1)
        write_text(Path(folder, EXTRA, _FILE), text)


def read_classes(folder: str) -> dict[str, list[str]]:
    """Label -> name of each class; without the labels whose classes have no names.

    Raises:
        DataError: The file is there and cannot be read.

    Example:
        >>> read_classes("/nowhere")
        {}
    """
    path = Path(folder, EXTRA, _FILE)
    try:
        found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise DataError(f"The names of the classes in {path} cannot be read: {exc}") from exc
    return found


def output_classes(folder: str) -> dict[str, list[str]]:
    """Output, `<label>_o` -> name of each class, in the order of the numbers that it gives.

    Args:
        folder: Of the model.

    Raises:
        DataError: The file is there and cannot be read.

    Example:
        >>> output_classes("/nowhere")
        {}
    """
    return {label + OUTPUT: names for label, names in read_classes(folder).items()}


def told_classes(output: str, names: Sequence[str]) -> str:
    """What the numbers of an output are the chances of, in a line.

    Example:
        >>> told_classes("churn_o", ["no", "yes"])
        "churn_o: the chances of 'no', 'yes'; a single number is that of 'yes'"
    """
    shown = ", ".join(map(repr, names[:_SHOWN]))
    if len(names) > _SHOWN:
        shown += f" and {len(names) - _SHOWN} more"
    single = f"; a single number is that of {names[1]!r}" if len(names) == 2 else ""
    return f"{output}: the chances of {shown}{single}"


def vocabulary_file(column: str, number: int = 0) -> str:
    """The file of a column's vocabulary in a transform graph, the name of no other column's.

    A name that TensorFlow Transform would change to make a file of it is told apart by a hash.

    Args:
        column: Its name.
        number: Of the vocabulary, where the column has several.

    Example:
        >>> vocabulary_file("species"), vocabulary_file("km/h")
        ('species', 'km_h-9436cda3')
    """
    safe = re.sub(r"\W+", "_", column)
    if not number and re.fullmatch(r"\w+(-\w+)*", column):
        return column
    digest = hashlib.sha256(f"{number} {column}".encode()).hexdigest()
    return f"{safe}-{digest[:8]}"


def classes_of(transform_graph: str) -> dict[str, list[str]]:
    """The vocabularies of the labels of a transform graph; TensorFlow is not needed.

    Args:
        transform_graph: Its folder.
    """
    from zenml.records.tables import read_schema

    found = {}
    for feature in read_schema(str(Path(transform_graph, "transformed_metadata"))).feature:
        label = feature.name.removesuffix(LABEL)
        path = Path(transform_graph, "transform_fn", "assets", vocabulary_file(label))
        if label == feature.name or not feature.int_domain.is_categorical or not path.is_file():
            continue
        names = path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
        if len(names) == feature.int_domain.max + 1:
            found[label] = names
    return found


def usual_words(folder: str, columns: Iterable[str]) -> dict[str, str]:
    """Column of text -> the word that its vocabulary has first; without those that have none.

    Args:
        folder: Of a model, in any format.
        columns: Names of raw columns.

    Example:
        >>> usual_words("/nowhere", ["island"])
        {}
    """
    found = {}
    for column in columns:
        for assets in (Path(folder, "assets"), Path(folder, "transform_fn", "assets")):
            path = assets / vocabulary_file(column)
            if path.is_file():
                with path.open(encoding="utf-8", errors="replace") as file:
                    found[column] = file.readline().rstrip("\n")
    return found


def class_names(values: Any, names: Sequence[str]) -> Any:
    """The name of the most likely class of each row; None where the values tell none.

    A row with NaN has no likeliest class: None stands in its place.

    Args:
        values: Array (rows, classes) of shares, or (rows, 1) of one share for two classes.
        names: Of the classes.

    Example:
        >>> import numpy as np
        >>> class_names(np.array([[0.2, 0.8], [0.9, 0.1]]), ["no", "yes"]).tolist()
        [['yes'], ['no']]
    """
    import numpy as np

    table = values.reshape(len(values), -1)
    if table.dtype.kind == "f" and table.shape[1] == len(names):
        chosen = table.argmax(axis=1)
    elif table.dtype.kind == "f" and table.shape[1] == 1 and len(names) == 2:
        chosen = (table[:, 0] > 0.5).astype(int)
    else:
        return None
    named = np.array(names, object)[chosen]
    named[nan_rows(table)] = None
    return named[:, None]
