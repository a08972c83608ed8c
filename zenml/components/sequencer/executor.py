"""Sequencer's executor: key, timestamp, window, combine; a row becomes a sequence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import apache_beam as beam
import pandas as pd
import pyarrow as pa
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.window import GlobalWindows
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.errors import DataError
from zenml.records import RecordWriter, list_splits, read_batches, split_files, split_folder
from zenml.records.tables import plain_cell, read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.sequencer.base import SequencerStep

_ROWS = 5000


class Executor(base_executor.BaseExecutor):
    """Writes one example a sequence, each column the list of its values."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties on every split.

        Args:
            input_dict: `examples`, `schema`.
            output_dict: `sequences`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            DataError: A split gives no sequence.
        """
        step = load_step(StepSpec.from_json(exec_properties["step"]))
        assert isinstance(step, SequencerStep)
        step.schema = read_schema(artifact_utils.get_single_uri(input_dict["schema"]))
        examples = artifact_utils.get_single_uri(input_dict["examples"])
        sequences = artifact_utils.get_single_instance(output_dict["sequences"])
        splits = list_splits(examples)
        counts = {}
        for split in splits:
            folder = str(split_folder(sequences.uri, split))
            counts[split] = make_sequences(step, split_files(examples, split), folder)
            if not counts[split]:
                raise DataError(
                    f"{type(step).__name__} made no sequence of the split {split!r}: its windows "
                    "hold too few rows. Make the sequences shorter or the split larger."
                )
        sequences.split_names = json.dumps(splits)
        sequences.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        sequences.set_string_custom_property("sizes", json.dumps(counts))


class _ReadRows(beam.DoFn):
    """Reads files inside the runner: one data frame of one row an element."""

    def process(self, file: str) -> Iterator[pd.DataFrame]:
        for batch in read_batches(file):
            cells = {
                name: [plain_cell(values) for values in batch.column(name).to_pylist()]
                for name in batch.schema.names
            }
            frame = pd.DataFrame(cells)
            for row in range(len(frame)):
                yield frame.iloc[[row]]


class _Write(beam.DoFn):
    """Writes the sequences of one bundle after the other into one folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def process(self, grouped: tuple[int, Any]) -> Iterator[int]:
        with RecordWriter(self._folder) as writer:
            rows: list[dict[str, list[Any]]] = []
            for frame in _ordered(grouped[1]):
                rows.append({str(name): _values(frame[name]) for name in frame.columns})
                if len(rows) == _ROWS:
                    writer.write(_batch(rows))
                    rows = []
            if rows:
                writer.write(_batch(rows))
            yield writer.rows


def make_sequences(step: SequencerStep, files: list[str], folder: str) -> int:
    """Makes the sequences of the rows of some files.

    Args:
        step: Gives the Beam objects.
        files: TFRecords of rows.
        folder: Receives the sequences.

    Returns:
        How many there are.
    """
    options = PipelineOptions(["--direct_running_mode=in_memory", "--direct_num_workers=1"])
    with beam.Pipeline(runner=FnApiRunner(), options=options) as pipeline:
        _ = (
            pipeline
            | "Files" >> beam.Create(files, reshuffle=False)
            | "Read" >> beam.ParDo(_ReadRows())
            | "Category" >> beam.ParDo(step.get_category_do_fn())
            | "Timestamp" >> beam.ParDo(step.get_timestamp_do_fn())
            | "Window" >> beam.WindowInto(step.get_window())
            | "Combine" >> beam.CombinePerKey(step.get_combine_fn())
            | "Sequences" >> beam.FlatMap(_frames)
            | "Global" >> beam.WindowInto(GlobalWindows())
            | "Together" >> beam.Map(lambda frame: (0, frame))
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_Write(folder))
        )
    return sum(batch.num_rows for file in files_in(folder) for batch in read_batches(file))


def files_in(folder: str) -> list[str]:
    """The record files of a folder; none where no sequence came out."""
    from pathlib import Path

    return sorted(str(path) for path in Path(folder).glob("data-*"))


def _frames(keyed: tuple[Any, Any]) -> list[pd.DataFrame]:
    """What a CombineFn gives: one data frame, or a list of them."""
    made = keyed[1]
    if made is None:
        return []
    return [made] if isinstance(made, pd.DataFrame) else list(made)


def _ordered(frames: Any) -> list[pd.DataFrame]:
    """In an order of their own, as Beam promises none."""
    return sorted(frames, key=lambda frame: frame.to_json(date_unit="ns", default_handler=str))


def _values(series: pd.Series[Any]) -> list[Any]:
    found: list[Any] = []
    for value in series.tolist():
        if isinstance(value, pd.Timestamp):
            found.append(int(value.timestamp()))
        elif value is not None and not (isinstance(value, float) and math.isnan(value)):
            found.append(value.encode() if isinstance(value, str) else value)
    return found


def _batch(rows: list[dict[str, list[Any]]]) -> pa.RecordBatch:
    from zenml.records.columns import BYTES, FLOAT, INT, batch_of

    columns = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        lists = [row.get(name) for row in rows]
        kinds = {type(value) for values in lists if values for value in values}
        kind = BYTES if bytes in kinds else FLOAT if float in kinds else INT
        columns[name] = pa.array(lists, pa.large_list(kind))
    return batch_of(columns)
