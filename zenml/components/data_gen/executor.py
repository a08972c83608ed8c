"""DataGen's executor: the rows of a source into TFRecords, named by their content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.data_gen import column_order
from zenml.components.statistics_gen import empty_numbers
from zenml.errors import DataError, SourceChangedError
from zenml.records import ContentHasher, RecordWriter, split_folder
from zenml.records.columns import BYTES, FLOAT, INT
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.data.base import DataStep

SPLIT = "examples"
_INFERRED = {INT: "INTEGER", FLOAT: "FLOAT", BYTES: "STRING", None: "NONE"}


class Executor(base_executor.BaseExecutor):
    """Writes the examples."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: Nothing.
            output_dict: `examples`.
            exec_properties: `step`, the StepSpec as JSON; `commit`, what the
                content must be named, or "".

        Raises:
            DataError: The source cannot be read.
            SourceChangedError: It holds other rows than those of the commit.
        """
        step: Any = load_step(StepSpec.from_json(exec_properties["step"]))
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        found = write_examples(step, examples.uri, exec_properties.get("commit") or "")
        examples.split_names = json.dumps([SPLIT])
        examples.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        examples.set_string_custom_property("content_hash", found.content_hash)
        examples.set_string_custom_property("commit", found.commit)
        examples.set_int_custom_property("rows", found.rows)
        empty_numbers.record(examples, found.empty_numbers)
        column_order.record(examples, found.columns)


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        content_hash: Hash of the rows, as `ContentHasher` makes it, and of `empty_numbers`.
        commit: 40 hex digits for the rows and the types of their columns.
        rows: How many.
        empty_numbers: Column -> type, of the columns of numbers without any number.
        columns: Their names, in the order of the source.
    """

    content_hash: str
    commit: str
    rows: int
    empty_numbers: Mapping[str, Any]
    columns: tuple[str, ...]


def write_examples(step: DataStep, uri: str, commit: str = "") -> Written:
    """Writes all rows of a source, or nothing.

    Args:
        step: Reads the source.
        uri: Folder of the examples.
        commit: What the content must be named; "" takes whatever there is.

    Raises:
        DataError: The source cannot be read, or has no rows.
        SourceChangedError: It holds other rows than those of the commit.
    """
    hasher = ContentHasher()
    with RecordWriter(split_folder(uri, SPLIT)) as writer:
        for rows, batch in step.serialized_batches():
            hasher.update(batch)
            if rows is None:
                writer.write(batch)
            else:
                writer.write_serialized(rows, batch)
        if not hasher.rows:
            raise DataError(f"{step!r} gave no rows.")
        content = hasher.hexdigest()
        types = {**hasher.value_types, **hasher.empty_numbers}
        found = commit_id(content, types, step.schema or {})
        if commit and found != commit:
            raise SourceChangedError(
                f"The snapshot of commit {commit[:12]} is not in the artifact store any more, and "
                f"the source no longer holds its rows: {step!r} gives commit {found[:12]}. Put the "
                "source back as it was, or commit the datasource again and use the new commit."
            )
    columns = tuple(hasher.value_types)
    return Written(_content_hash(hasher), found, writer.rows, hasher.empty_numbers, columns)


def _content_hash(hasher: ContentHasher) -> str:
    """Of the rows, and of the types that the source alone tells."""
    content, empty = hasher.hexdigest(), hasher.empty_numbers
    if not empty:
        return content
    text = json.dumps([content, {name: _INFERRED[kind] for name, kind in empty.items()}])
    return hashlib.sha256(text.encode()).hexdigest()


def commit_id(content: str, types: Mapping[str, Any], declared: Mapping[str, str]) -> str:
    """The name of rows of that content whose columns are of those types.

    Declaring a type that would be inferred anyway changes nothing.

    Args:
        content: Hash of the rows.
        types: Column -> Arrow type of its values.
        declared: Column -> type that the user declared.

    Returns:
        40 hex digits.
    """
    named = {name: declared.get(name, _INFERRED[kind]) for name, kind in types.items()}
    text = json.dumps([content, named], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]
