"""What a free step may ask for of an artifact of a standard step: by its input's annotation."""

from __future__ import annotations

import collections.abc
import inspect
import os
import pathlib
import types
from typing import Annotated, Any, Union, get_args, get_origin

from zenml.steps.types import type_name

ANY, DICT, FOLDER, CALLABLE, BOOL = "any", "dict", "folder", "callable", "bool"
FRAME, TABLE = "pandas.DataFrame", "pyarrow.Table"
SCHEMA = "tensorflow_metadata.Schema"
STATISTICS = "tensorflow_metadata.DatasetFeatureStatisticsList"
GRAPH = "tensorflow_transform.TFTransformOutput"
MODEL = "zenml.TrainedModel"
KERAS = ("keras", "tf_keras", "tensorflow")

# Type of the artifact -> the forms in which it is read, the usual one first.
FORMS: dict[str, tuple[str, ...]] = {
    "Examples": (FRAME, TABLE, DICT, FOLDER),
    "ExampleStatistics": (STATISTICS, FRAME, DICT, FOLDER),
    "Schema": (SCHEMA, FRAME, FOLDER),
    "TransformGraph": (GRAPH, FOLDER),
    "Model": (MODEL, CALLABLE, "keras.Model", FOLDER),
    "ModelRun": (FOLDER,),
    "ModelEvaluation": (DICT, FOLDER),
    "ModelBlessing": (BOOL, FOLDER),
    "PushedModel": (FOLDER, BOOL),
    "Tokenizer": (FOLDER,),
}
_NAMES = {
    FOLDER: "pathlib.Path or str (the folder)",
    CALLABLE: "Callable",
    SCHEMA: "schema_pb2.Schema",
    STATISTICS: "statistics_pb2.DatasetFeatureStatisticsList",
    GRAPH: "tft.TFTransformOutput",
    MODEL: "zenml.steps.trainer.TrainedModel",
}
_CALLABLE: Any = collections.abc.Callable
SPLIT_UP = ("Examples", "ExampleStatistics")  # a folder a split


def plain_type(annotation: Any) -> Any:
    """An annotation without `Annotated` and `Optional`; `Any` for a union of several types."""
    if get_origin(annotation) is Annotated:
        return plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [part for part in get_args(annotation) if part is not type(None)]
        return plain_type(kinds[0]) if len(kinds) == 1 else Any
    return Any if annotation is inspect.Parameter.empty else annotation


def form_of(annotation: Any) -> str:
    """The form that an annotation asks for; nothing is imported to tell.

    Example:
        >>> form_of(dict[str, int]), form_of(pathlib.Path | None), form_of(object), form_of(int)
        ('dict', 'folder', 'any', 'int')
    """
    annotation = plain_type(annotation)
    kind: Any = get_origin(annotation) or annotation
    if kind in (Any, object) or not isinstance(kind, type):
        return ANY
    if kind is _CALLABLE:
        return CALLABLE
    if issubclass(kind, (str, pathlib.PurePath)) or kind is os.PathLike:
        return FOLDER
    if kind in (dict, collections.abc.Mapping, collections.abc.MutableMapping):
        return DICT
    root = kind.__module__.partition(".")[0]
    name = kind.__qualname__ if root == "builtins" else f"{root}.{kind.__qualname__}"
    return ANY if name == "zenml.UnmaterializedArtifact" else name


def item_type(annotation: Any) -> Any:
    """The type of the items of an annotated list; `Any` where it does not say."""
    kinds = [part for part in get_args(plain_type(annotation)) if part is not ...]
    return kinds[0] if kinds else Any


def item_form(annotation: Any) -> str:
    """The form of the values of an annotated dict."""
    arguments = get_args(plain_type(annotation))
    return form_of(arguments[1]) if len(arguments) == 2 else ANY


def misfit(kind: str, annotation: Any, *, splits: int | None = 1) -> str:
    """Why an artifact cannot be read as an input is annotated; "" where it can.

    Args:
        kind: Type of the artifact, e.g. "Examples".
        annotation: Of the input.
        splits: How many of its splits are meant; None where that is not known yet.

    Example:
        >>> misfit("ModelEvaluation", int)
        'a ModelEvaluation is not read as int, but as dict, or pathlib.Path or str (the folder)'
    """
    form = form_of(annotation)
    if form == ANY:
        return ""
    forms = FORMS.get(kind, ())
    if not _is_among(form, forms) or (form == DICT and not _holds(kind, annotation)):
        return f"{_a(kind)} is not read as {type_name(annotation)}, but as {would_do(kind)}"
    if kind in SPLIT_UP and form in (FRAME, TABLE, STATISTICS) and (splits or 0) > 1:
        return (
            f"it holds {splits} splits, and {type_name(annotation)} is one: hand over one of them, "
            f"as in split['train'], or ask for dict[str, {type_name(annotation)}]"
        )
    return ""


def would_do(kind: str) -> str:
    """The annotations that an artifact can be read as, in words."""
    names = [_NAMES.get(form, form) for form in FORMS.get(kind, ())]
    names = [
        f"dict[str, {FRAME}]" if kind == "Examples" and name == DICT else name for name in names
    ]
    if not names:
        return "zenml.artifacts.UnmaterializedArtifact, and read the files in its `uri`"
    return ", ".join(names[:-1]) + f", or {names[-1]}" if len(names) > 1 else names[0]


def _is_among(form: str, forms: tuple[str, ...]) -> bool:
    is_keras = form.partition(".")[0] in KERAS and "keras.Model" in forms
    return form in forms or is_keras


def _holds(kind: str, annotation: Any) -> bool:
    """Whether the values of an annotated dict can be what the artifact holds by split."""
    form = item_form(annotation)
    if kind == "Examples":
        return form in (ANY, FRAME, TABLE)
    if kind == "ExampleStatistics":
        return form in (ANY, FRAME, STATISTICS)
    return True


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"


def is_table(annotation: Any) -> bool:
    """Whether what a step declares to return may be rows of a table.

    Example:
        >>> is_table(list[dict[str, int]]), is_table(Any), is_table(int)
        (True, True, False)
    """
    annotation = plain_type(annotation)
    kind = get_origin(annotation) or annotation
    if kind is Any or kind is object or not isinstance(kind, type):
        return True
    known = (FRAME, TABLE, "pyarrow.RecordBatch", "polars.DataFrame")
    if any(form_of(base) in known for base in kind.__mro__):
        return True
    if issubclass(kind, (str, bytes)):
        return False
    return issubclass(kind, (list, tuple, dict)) or kind in (
        collections.abc.Sequence,
        collections.abc.Iterable,
        collections.abc.Mapping,
    )
