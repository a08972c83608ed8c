"""Trainer's executor: gives a TrainerStep what it needs, and calls its `run_fn`."""

from __future__ import annotations

import glob
import json
import os
from typing import Any, cast

from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.errors import StepInterfaceError
from zenml.models.classes import classes_of, write_classes
from zenml.models.folders import SERVING
from zenml.models.sentences import carry_tokenizer
from zenml.records import list_splits, split_files, split_folder
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.split_mapping import splits_of
from zenml.steps.trainer.base import TrainerStep


class Executor(base_executor.BaseExecutor):
    """Writes the model, its logs and its test results."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `examples` (transformed), `schema`, `transform_graph`, and `tokenizer`
                where there is one.
            output_dict: `model`, `model_run`, `test_results`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            DataError: A split is missing.
            StepInterfaceError: The step left no model. What the step raises goes through.
        """
        step = cast(TrainerStep, load_step(StepSpec.from_json(exec_properties["step"])))
        results = artifact_utils.get_single_instance(output_dict["test_results"])
        tokenizer = input_dict.get("tokenizer")
        train(
            step,
            examples=artifact_utils.get_single_uri(input_dict["examples"]),
            schema=read_schema(artifact_utils.get_single_uri(input_dict["schema"])),
            graph=artifact_utils.get_single_uri(input_dict["transform_graph"]),
            model=artifact_utils.get_single_uri(output_dict["model"]),
            logs=artifact_utils.get_single_uri(output_dict["model_run"]),
            results=results.uri,
            tokenizer=artifact_utils.get_single_uri(tokenizer) if tokenizer else "",
        )
        tested = list_splits(results.uri) if os.path.isdir(results.uri) else []
        results.split_names = json.dumps(tested)
        results.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")


def train(
    step: TrainerStep,
    examples: str,
    schema: Any,
    graph: str,
    model: str,
    logs: str,
    results: str,
    tokenizer: str = "",
) -> None:
    """Prepares a step and runs it.

    Args:
        step: The trainer.
        examples: Folder of the transformed examples.
        schema: Schema proto of the columns before preprocessing.
        graph: Folder of the transform graph.
        model: Folder of the model artifact.
        logs: Folder of the logs.
        results: Folder of the test results.
        tokenizer: Folder of the tokenizer that made the tokens, "" where there is none.
    """
    present = list_splits(examples)
    step.splits = step.split_mapping = splits_of(step, step.split_mapping, present)
    step.input_patterns = {
        split: os.path.join(glob.escape(os.path.dirname(split_files(examples, split)[0])), "*.gz")
        for split in present
    }
    step.output_patterns = {
        split: str(split_folder(results, split) / "data-*.gz")
        for split in step.splits["test_splits"]
    }
    step.schema = schema
    step.transform_output = graph
    step.log_dir = logs
    step.serving_model_dir = os.path.join(model, SERVING)
    os.makedirs(step.serving_model_dir, exist_ok=True)
    os.makedirs(logs, exist_ok=True)
    step.run_fn()
    if not os.listdir(step.serving_model_dir):
        raise StepInterfaceError(
            f"{type(step).__name__}.run_fn left no model in {step.serving_model_dir}; save it to "
            "self.serving_model_dir."
        )
    write_classes(step.serving_model_dir, classes_of(graph))
    if tokenizer:
        carry_tokenizer(tokenizer, step.serving_model_dir)
