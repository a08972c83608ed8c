"""Inferrer's executor: predicts batch by batch; what comes out is whole or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, cast

from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.artifacts import store as artifact_files
from zenml.components.data_gen import column_order
from zenml.components.inferrer.predicting import Predicting
from zenml.components.statistics_gen.executor import splits_of
from zenml.errors import ModelError, StepInterfaceError
from zenml.metadata.artifacts import CONTENT_HASH, WRITTEN
from zenml.models import TrainedModel
from zenml.models.folders import model_folder
from zenml.records import RecordWriter, read_serialized, split_files, split_folder
from zenml.records.exports import ShardedWriter, publish_together
from zenml.records.reader import read_rows_and_batches
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.inferrer.base import InferrerStep


class Executor(base_executor.BaseExecutor):
    """Writes the predictions beside the columns of the source."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `examples`, `schema`, `model`.
            output_dict: `predictions`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            ModelError: The model is not as it was when the pipeline was given it.
            DataError: The rows lack a column that the model needs.
            ArtifactStoreError: A file cannot be written.
        """
        step = cast(InferrerStep, load_step(StepSpec.from_json(exec_properties["step"])))
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        model = artifact_utils.get_single_instance(input_dict["model"])
        predictions = artifact_utils.get_single_instance(output_dict["predictions"])
        _check_unchanged(model)
        schema = read_schema(artifact_utils.get_single_uri(input_dict["schema"]))
        schema = column_order.in_order(schema, examples)
        predicting = Predicting(step, TrainedModel(model_folder(model.uri)), schema)
        files = {split: split_files(examples.uri, split) for split in splits_of(examples)}
        known = _known_sizes(examples, list(files))
        sizes, written = write_predictions(predicting, files, predictions.uri, known)
        predictions.split_names = json.dumps(list(sizes))
        predictions.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        predictions.set_string_custom_property("sizes", json.dumps(sizes))
        predictions.set_int_custom_property("rows", sum(sizes.values()))
        column_order.record(predictions, predicting.columns)
        if written:
            predictions.set_string_custom_property(WRITTEN, json.dumps(written))


def write_predictions(
    predicting: Predicting,
    files: dict[str, list[str]],
    uri: str,
    known: Mapping[str, int] | None = None,
) -> tuple[dict[str, int], dict[str, str]]:
    """Predicts the rows of all splits; all of them, or nothing.

    Args:
        predicting: The step and the model.
        files: Split -> its shards.
        uri: Folder of the predictions.
        known: Split -> rows, of the splits of which that is recorded.

    Returns:
        Rows of each split; and file that the step wrote -> sha256 of its content.
    """
    sizes: dict[str, int] = {}
    paths: list[str] = []
    written: list[ShardedWriter] = []
    with ExitStack() as stack:
        with ExitStack() as artifact:
            for split, shards in files.items():
                rows = (known or {}).get(split) or sum(map(len, read_serialized(shards)))
                name = split if len(files) > 1 else ""
                opened = predicting.step.open_writer(name, rows, predicting.schema)
                outside = _entered(stack, opened, predicting.step)
                inside = artifact.enter_context(RecordWriter(split_folder(uri, split)))
                for raw, batch in read_rows_and_batches(shards, predicting.schema):
                    predicted, serialised = predicting(raw, batch, inside.rows, name)
                    inside.write_serialized(serialised, predicted)
                    if outside is not None:
                        outside.write(predicted, serialised)
                sizes[split] = inside.rows
                predicting.warn_of_nan(inside.rows, name)
                paths += getattr(outside, "files", [])
                written += [outside] if isinstance(outside, ShardedWriter) else []
        publish_together(written)
    return sizes, {path: artifact_files.sha256_of(path) for path in paths}


def _entered(stack: ExitStack, opened: Any, step: InferrerStep) -> Any:
    """What takes the predictions besides the artifact; None where the step sends them nowhere."""
    if opened is None:
        return None
    fine = hasattr(type(opened), "__enter__") and hasattr(type(opened), "__exit__")
    taker = stack.enter_context(opened) if fine else None
    if not callable(getattr(taker, "write", None)):
        raise StepInterfaceError(
            f"{type(step).__name__}.open_writer gave {type(opened).__name__}; it must give a "
            "context manager whose block has an object with write(batch, rows), or None."
        )
    return taker


def _known_sizes(examples: Any, splits: list[str]) -> dict[str, int]:
    """Split -> rows, as far as what made the examples recorded it."""
    told = examples.get_string_custom_property("sizes")
    if told:
        return {split: int(rows) for split, rows in json.loads(told).items()}
    rows = examples.get_int_custom_property("rows")
    return {splits[0]: rows} if rows and len(splits) == 1 else {}


def _check_unchanged(model: Any) -> None:
    """Refuses a model that was changed since the run looked at it."""
    known = model.get_string_custom_property(CONTENT_HASH)
    if known and os.path.isdir(model.uri) and artifact_files.digest(model.uri).digest != known:
        raise ModelError(f"The model in {model.uri} was changed since it was recorded.")
