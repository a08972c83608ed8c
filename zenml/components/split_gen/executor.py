"""SplitGen's executor: all splits in one pass over the rows."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from tensorflow_metadata.proto.v0 import schema_pb2
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.data_gen import column_order
from zenml.components.statistics_gen import empty_numbers
from zenml.components.statistics_gen.executor import splits_of
from zenml.errors import DataError, StepInterfaceError
from zenml.plain_log import warn
from zenml.records import RecordWriter, read_batches, split_files, split_folder
from zenml.records.columns import Vector
from zenml.records.overlap import Overlap, OverlapFinder
from zenml.records.reader import read_rows_and_batches
from zenml.records.tables import read_schema, read_statistics
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.split.base import DROPPED, SplitStep, check_split_names

_LOG = logging.getLogger(__name__)


class Executor(base_executor.BaseExecutor):
    """Writes the splits."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `data` (examples), `schema`, `statistics`.
            output_dict: `examples`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            StepInterfaceError: The step names no split, or gives a row a wrong number.
            DataError: A split without rows.
        """
        data = artifact_utils.get_single_instance(input_dict["data"])
        examples = artifact_utils.get_single_instance(output_dict["examples"])
        sources = splits_of(data)
        step: Any = load_step(StepSpec.from_json(exec_properties["step"]))
        step.schema = read_schema(artifact_utils.get_single_uri(input_dict["schema"]))
        statistics = artifact_utils.get_single_uri(input_dict["statistics"])
        step.statistics = read_statistics(statistics, sources[0])
        files = [file for split in sources for file in split_files(data.uri, split)]
        written = write_splits(step, files, step.schema, examples.uri)
        examples.split_names = json.dumps(list(written.sizes))
        examples.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        empty_numbers.hand_on(data, examples)
        column_order.hand_on(data, examples)
        for name, value in written.properties().items():
            if isinstance(value, str):
                examples.set_string_custom_property(name, value)
            else:
                examples.set_int_custom_property(name, value)
        for line in written.warnings():
            warn(_LOG, line)


@dataclass(frozen=True)
class Written:
    """What became of the rows.

    Attributes:
        sizes: Split -> its rows, in the step's order.
        dropped: How many rows are in no split.
        overlap: Rows that stand in several splits, or several times in one.
        notes: What the step has to say of them.
    """

    sizes: dict[str, int]
    dropped: int
    overlap: Overlap
    notes: tuple[str, ...] = ()

    def properties(self) -> dict[str, int | str]:
        """What is recorded with the splits."""
        shared = {f"{one} & {other}": n for (one, other), n in self.overlap.shared.items()}
        return {
            "sizes": json.dumps(self.sizes),
            "rows": sum(self.sizes.values()),
            "rows_dropped": self.dropped,
            "disjoint": int(self.overlap.is_disjoint),
            "shared_rows": json.dumps(shared),
            "duplicates": json.dumps(self.overlap.repeated),
        }

    def warnings(self) -> list[str]:
        """What somebody should know who trusts the test split."""
        found = [
            f"{count:,} rows stand in both splits {one} and {other}: what is measured on one was "
            "seen in the other. Remove the duplicates, or use a split that keeps rows that are "
            "alike together, such as RandomSplit or GroupSplit."
            for (one, other), count in self.overlap.shared.items()
        ]
        if self.dropped:
            whole = self.dropped + sum(self.sizes.values())
            found.append(f"{self.dropped:,} of {whole:,} rows are in no split.")
        return [*found, *self.notes]


def write_splits(step: SplitStep, files: list[str], schema: schema_pb2.Schema, uri: str) -> Written:
    """Writes every row to its split; all splits, or none.

    Args:
        step: Says which row goes where.
        files: Shards of the rows.
        schema: Of their columns.
        uri: Folder of the splits.

    Raises:
        StepInterfaceError: The step names no split, or gives a row a wrong number.
        DataError: A split without rows.
    """
    names = step.get_split_names()
    check_split_names(type(step).__name__, names)

    def read(columns: list[str]) -> Iterator[pa.RecordBatch]:
        return read_batches(files, schema, columns)

    step.prepare(read)
    dropped, done = 0, 0
    with ExitStack() as stack:
        finder = stack.enter_context(OverlapFinder(names))
        writers = [stack.enter_context(RecordWriter(split_folder(uri, name))) for name in names]
        for rows, batch in read_rows_and_batches(files, schema):
            numbers = _checked(step, step.assign(batch), len(rows), len(names), done)
            hashes = step.content_hashes(batch)
            for number, writer in enumerate(writers):
                # The rows go on as they were serialised: nothing is encoded again.
                chosen = np.flatnonzero(numbers == number)
                if len(chosen):
                    writer.write_serialized([rows[i] for i in chosen], batch.take(pa.array(chosen)))
                    finder.add(number, hashes[chosen])
            dropped += int((numbers == DROPPED).sum())
            done += len(rows)
        sizes = {name: writer.rows for name, writer in zip(names, writers, strict=True)}
        _refuse_empty(step, sizes, dropped, done)
        overlap = finder.find()
    return Written(sizes, dropped, overlap, tuple(step.notes()))


def _checked(step: SplitStep, assigned: Any, rows: int, splits: int, done: int) -> Vector:
    name = type(step).__name__
    numbers = np.asarray(assigned)
    if numbers.shape != (rows,):
        raise StepInterfaceError(
            f"{name}.assign() gave an array of shape {numbers.shape} for {rows} rows; "
            f"it must give one number a row, shape ({rows},)."
        )
    if numbers.dtype.kind == "b":  # `value > 3` says 0 or 1
        numbers = numbers.astype(np.int64)
    whole = numbers.dtype.kind in "iu"
    wrong = ~((numbers >= DROPPED) & (numbers < splits)) if whole else np.ones(rows, bool)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise StepInterfaceError(
            f"{name} gave row {done + first + 1} the split {numbers[first]!r}; it must be a whole "
            f"number from 0 to {splits - 1}, or {DROPPED} to drop the row."
        )
    return numbers


def _refuse_empty(step: SplitStep, sizes: dict[str, int], dropped: int, rows: int) -> None:
    empty = [name for name, size in sizes.items() if not size]
    if empty:
        have = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise DataError(
            f"{type(step).__name__} left the split {empty[0]!r} without rows: of {rows} rows, "
            f"{have}, dropped {dropped}. {step.why_empty(empty[0])}"
        )
