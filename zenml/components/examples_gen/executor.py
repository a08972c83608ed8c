"""ExamplesGen's executor: the table of a free step into TFRecords, named by their content."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from typing import Any

from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.artifacts.values import ValueRecord, load_value
from zenml.components.data_gen import column_order
from zenml.components.examples_gen.tables import SPLIT, tables_of
from zenml.components.python_step.materializers import load_materializer
from zenml.components.statistics_gen import empty_numbers
from zenml.metadata import artifacts
from zenml.records import ContentHasher, RecordWriter, split_folder
from zenml.records.loose import loose_batches
from zenml.records.spool import settle


class Executor(base_executor.BaseExecutor):
    """Writes the examples."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Loads the table as a step would, and writes its rows.

        Args:
            input_dict: `table`.
            output_dict: `examples`.
            exec_properties: `source`, the name of the step that returned the table.

        Raises:
            DataError: It is no table, or holds what cannot be stored; names the column.
            ArtifactStoreError: It cannot be loaded.
        """
        given = artifact_utils.get_single_instance(input_dict["table"])
        table = artifacts.from_proto(given.mlmd_artifact)
        value = load_value(
            table.uri,
            ValueRecord.from_properties(table.properties),
            content_hash=table.content_hash,
            resolve=load_materializer,
        )
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        hashes = write_table(value, examples.uri, f"Step `{exec_properties['source']}`")
        sizes = {split: found.rows for split, found in hashes.items()}
        examples.split_names = json.dumps(list(sizes))
        examples.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        examples.set_string_custom_property(artifacts.CONTENT_HASH, _content_hash(hashes))
        examples.set_string_custom_property("sizes", json.dumps(sizes))
        examples.set_int_custom_property("rows", sum(sizes.values()))
        empty_numbers.record(examples, _empty_numbers(hashes))
        names = dict.fromkeys(name for found in hashes.values() for name in found.value_types)
        column_order.record(examples, names)


def write_table(value: Any, uri: str, what: str) -> dict[str, ContentHasher]:
    """Writes the rows of a table, or of a dict of tables by split; all of them, or nothing.

    Args:
        value: What a free step returned; see `tables_of`.
        uri: Folder of the examples.
        what: Names the step in errors, e.g. "Step `load`".

    Returns:
        Split -> hash of its rows, and how many there are.

    Raises:
        DataError: It is no table, or holds what cannot be stored; names the column.
    """
    hashes: dict[str, ContentHasher] = {}
    with ExitStack() as stack:
        for split, items in tables_of(value, what).items():
            writer = stack.enter_context(RecordWriter(split_folder(uri, split)))
            hashes[split] = ContentHasher()
            where = what if split == SPLIT else f"{what}, split {split!r}"
            for batch in settle(loose_batches(items, where), {}, where):
                hashes[split].update(batch)
                writer.write(batch)
    return hashes


def _empty_numbers(hashes: dict[str, ContentHasher]) -> dict[str, Any]:
    """The columns of numbers that have no value in any split, and their types."""
    empty = [found.empty_numbers for found in hashes.values()]
    filled = {
        name
        for found in hashes.values()
        for name, kind in found.value_types.items()
        if kind is not None
    }
    return {name: kind for numbers in empty for name, kind in numbers.items() if name not in filled}


def _types(found: ContentHasher) -> dict[str, Any]:
    return {**found.value_types, **found.empty_numbers}


def _content_hash(hashes: dict[str, ContentHasher]) -> str:
    """One hash for the names of the splits, their rows, and the types of their columns."""
    content = {
        split: [found.hexdigest(), {name: str(kind) for name, kind in _types(found).items()}]
        for split, found in hashes.items()
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
