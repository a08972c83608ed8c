"""Transform's executor: analyse the training splits, then transform every split."""

from __future__ import annotations

import json
import tempfile
from typing import Any, cast

import numpy as np
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.errors import DataError
from zenml.metadata.artifacts import VOCABULARY
from zenml.models.columns import INPUT_IDS
from zenml.records import list_splits, read_batches, split_files, split_folder
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.preprocesser.base import PreprocessStep
from zenml.steps.split_mapping import splits_of


class Executor(base_executor.BaseExecutor):
    """Writes the transform graph and the transformed examples."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `examples`, `schema`.
            output_dict: `transform_graph`, `transformed_examples`.
            exec_properties: `step`, the StepSpec as JSON.

        Raises:
            StepArgumentError: The step does not fit the columns.
            DataError: A split or a label is missing.
        """
        step = cast(PreprocessStep, load_step(StepSpec.from_json(exec_properties["step"])))
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        schema = read_schema(artifact_utils.get_single_uri(input_dict["schema"]))
        graph = artifact_utils.get_single_instance(output_dict["transform_graph"])
        transformed = artifact_utils.get_single_instance(output_dict["transformed_examples"])
        declare_vocabulary(schema, examples.get_int_custom_property(VOCABULARY))
        transform(step, examples.uri, schema, graph.uri, transformed.uri)
        transformed.split_names = json.dumps(list_splits(examples.uri))
        transformed.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")


def transform(
    step: PreprocessStep, examples: str, schema: Any, graph: str, transformed: str
) -> None:
    """Analyses and transforms the splits of a folder of examples.

    Args:
        step: What to do with the columns.
        examples: Folder of the examples, a sub-folder a split.
        schema: Schema proto of the columns.
        graph: Folder that receives the transform graph.
        transformed: Folder that receives the transformed examples.
    """
    from zenml.components.transform.analysis import analyze
    from zenml.components.transform.application import apply

    splits = list_splits(examples)
    used = splits_of(step, step.split_mapping, splits)["train_splits"]
    step.schema = schema
    step.check_schema(schema)
    check_required(step, schema, {split: split_files(examples, split) for split in splits})
    files = [file for split in used for file in split_files(examples, split)]
    check_learned(step, schema, files)
    with tempfile.TemporaryDirectory(prefix="zenml-transform-") as scratch:
        analyze(step.preprocessing_fn, files, schema, graph, scratch)
    for split in splits:
        folder = str(split_folder(transformed, split))
        apply(graph, split_files(examples, split), folder, step.one_hot_labels())


def declare_vocabulary(schema: Any, size: int) -> None:
    """Writes into a schema how many tokens the tokenizer of its rows has.

    Args:
        schema: Schema proto of the columns.
        size: Number of tokens; 0 where the rows are not tokenized, or it is not known.
    """
    for feature in schema.feature:
        if size and feature.name == INPUT_IDS:
            feature.int_domain.min, feature.int_domain.max = 0, size - 1


def check_learned(step: PreprocessStep, schema: Any, files: list[str]) -> None:
    """Looks for a value in each column whose filling is computed; mostly the first batch has one.

    Args:
        step: Names the columns.
        schema: Schema proto of the columns.
        files: Of the training splits.

    Raises:
        DataError: Names a column without one, and what to do.
    """
    names = step.learned_columns(schema)
    for batch in read_batches(files, schema=schema, columns=names) if names else ():
        table = zip(batch.schema.names, batch.columns, strict=True)
        empty = {name for name, column in table if _is_empty(column)}
        names = [name for name in names if name in empty]
        if not names:
            return
    if names:
        raise DataError(
            f"{type(step).__name__}: the column {names[0]!r} has no value in the training splits, "
            "so there is nothing to fill it by. Leave it out of the features, split the data "
            f"otherwise, or say what it is filled by: overwrite={{{names[0]!r}: {{'filling': "
            "[{'method': 'custom', 'parameters': {'custom_value': 0}}]}}."
        )


def _is_empty(column: Any) -> bool:
    """Whether no row has a value; NaN is none, and those beside it in a list are."""
    return bool(np.asarray(column.flatten().is_null(nan_is_null=True)).all())


def _missing(column: Any) -> int:
    """Rows without a value, or with one that is NaN."""
    lengths = np.asarray(column.value_lengths().fill_null(0))
    gone = lengths == 0
    nans = np.asarray(column.flatten().is_null(nan_is_null=True))
    gone[np.repeat(np.arange(len(column)), lengths)[nans]] = True
    return int(gone.sum())


def check_required(step: PreprocessStep, schema: Any, files: dict[str, list[str]]) -> None:
    """Counts missing cells in the columns that the step cannot do without.

    Raises:
        DataError: Names the column, the number of rows, and what to do.
    """
    names = step.required_columns(schema)
    missing = dict.fromkeys(names, 0)
    rows = 0
    for paths in files.values() if names else ():
        for batch in read_batches(paths, schema=schema, columns=names):
            rows += batch.num_rows
            for name, column in zip(names, batch.columns, strict=True):
                missing[name] += _missing(column)
    for name, count in missing.items():
        if count:
            raise DataError(
                f"{type(step).__name__}: the label {name!r} is missing in {count:,} of {rows:,} "
                "rows, which cannot be trained on. Leave those rows out of the data, or give the "
                f"label a filling: overwrite={{{name!r}: {{'filling': [{{'method': 'custom', "
                "'parameters': {'custom_value': ...}}]}}."
            )
