"""Reads rows, statistics and schemas of standard steps, as a free step asks for them.

Without TensorFlow and TFX: rows come from the columns that lie beside the shards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from zenml.errors import ArtifactStoreError
from zenml.records.folders import list_splits, split_folder
from zenml.records.frames import read_table, to_frame
from zenml.records.tables import read_schema, read_statistics, schema_table, statistics_table
from zenml.steps.readable import ANY, DICT, FOLDER, FRAME, TABLE, form_of, item_form, plain_type

if TYPE_CHECKING:
    from zenml.components.python_step.inputs import Readable

Read = Callable[[str, str], Any]


def read_examples(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """The rows of one split, or of each.

    Args:
        artifact: Of type Examples.
        annotation: DataFrame, pyarrow Table, a dict of these by split, or a path.
        options: `split`, the one that is meant.

    Raises:
        ArtifactStoreError: One table is asked for, and there are several splits.
        DataError: There is no such split, or it cannot be read.
    """
    readers: dict[str, Read] = {FRAME: _frame, TABLE: read_table}
    return _by_split(artifact, annotation, options, readers, _frame)


def read_example_statistics(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """The statistics of one split, or of each: a proto, or a DataFrame with a row a column."""
    readers: dict[str, Read] = {FRAME: statistics_table}
    return _by_split(artifact, annotation, options, readers, read_statistics)


def read_schema_of(artifact: Readable, annotation: Any, options: Mapping[str, Any]) -> Any:
    """A schema: a proto, or a DataFrame with a row a column."""
    if form_of(annotation) == FOLDER:
        return folder(artifact.uri, annotation)
    return schema_table(artifact.uri) if form_of(annotation) == FRAME else read_schema(artifact.uri)


def folder(uri: str, annotation: Any) -> Any:
    """A folder as the path that is asked for: a Path where the annotation does not say."""
    kind = plain_type(annotation)
    is_path = isinstance(kind, type) and issubclass(kind, (str, PurePath))
    return kind(uri) if is_path else Path(uri)


def _frame(uri: str, split: str) -> Any:
    return to_frame(read_table(uri, split))


def _by_split(
    artifact: Readable,
    annotation: Any,
    options: Mapping[str, Any],
    readers: Mapping[str, Read],
    usual: Read,
) -> Any:
    form, splits = form_of(annotation), list_splits(artifact.uri)
    split = options.get("split")
    if form == FOLDER:
        return folder(str(split_folder(artifact.uri, split)) if split else artifact.uri, annotation)
    if form == DICT or (form == ANY and not split and len(splits) != 1):
        read = readers.get(item_form(annotation), usual)
        return {name: read(artifact.uri, name) for name in ([split] if split else splits)}
    if not split and len(splits) != 1:
        raise ArtifactStoreError(
            f"it holds the splits {', '.join(splits) or 'none'}, and one table is asked for: name "
            "the split, as in rows['train'], or ask for a dict of them."
        )
    return readers.get(form, usual)(artifact.uri, split or splits[0])
