"""Sequencer's executor: the rows of each split become sequences, a row each."""

from __future__ import annotations

import json
import logging
from typing import Any

from tensorflow_metadata.proto.v0 import schema_pb2
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.data_gen import column_order
from zenml.components.statistics_gen import empty_numbers
from zenml.components.statistics_gen.executor import splits_of
from zenml.errors import DataError
from zenml.plain_log import warn
from zenml.records import RecordWriter, read_batches, split_files, split_folder
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.sequencer.base import SequencerStep

_LOG = logging.getLogger(__name__)
_LEFT_OUT = {  # what is said of one, and of several
    "rows_without_time": ("row has no time", "rows have no time"),
    "sessions_too_short": (
        "session has too few steps for a sequence",
        "sessions have too few steps for a sequence",
    ),
    "sequences_with_gaps": (
        "sequence has a step that no filling reached",
        "sequences have a step that no filling reached",
    ),
    "sequences_without_target": (
        "sequence has no value for its target",
        "sequences have no value for their target",
    ),
}


class Executor(base_executor.BaseExecutor):
    """Writes one example a sequence."""

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
        schema = read_schema(artifact_utils.get_single_uri(input_dict["schema"]))
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        sequences = artifact_utils.get_single_instance(output_dict["sequences"])
        splits = splits_of(examples)
        sizes, reports = {}, {}
        for split in splits:
            files = split_files(examples.uri, split)
            sizes[split] = make_sequences(step, files, schema, sequences.uri, split)
            reports[split] = step.report()
            for name, (of_one, of_several) in _LEFT_OUT.items():
                count = reports[split].get(name, 0)
                if count:
                    words = of_one if count == 1 else of_several
                    warn(_LOG, f"Split {split}: {count:,} {words}.")
        for line in step.notes(splits):
            warn(_LOG, line)
        sequences.split_names = json.dumps(splits)
        sequences.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        sequences.set_string_custom_property("sizes", json.dumps(sizes))
        empty_numbers.hand_on(examples, sequences)
        column_order.hand_on(examples, sequences)
        if any(reports.values()):
            sequences.set_string_custom_property("counts", json.dumps(reports))


def make_sequences(
    step: SequencerStep, files: list[str], schema: schema_pb2.Schema, uri: str, split: str
) -> int:
    """Writes the sequences of the rows of a split; all of them, or none.

    Args:
        step: Makes them.
        files: TFRecords of rows.
        schema: Of the rows.
        uri: Folder of the splits of sequences.
        split: Name of the split.

    Returns:
        How many there are.

    Raises:
        DataError: There are none.
    """
    step.schema = schema
    with RecordWriter(split_folder(uri, split)) as writer:
        for batch in step.sequences(read_batches(files, schema)):
            writer.write(batch)
        if not writer.rows:
            raise DataError(
                f"{type(step).__name__} made no sequence of the split {split!r}: {step.why_none()}"
            )
    return writer.rows
