"""Tokenizer's executor: learn from the training splits, then tokenize every split."""

from __future__ import annotations

import json
from typing import Any, cast

import pyarrow as pa
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils
from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

from zenml.artifacts.store import sha256_of
from zenml.components.data_gen import column_order
from zenml.components.statistics_gen import empty_numbers
from zenml.errors import DataError
from zenml.metadata.artifacts import VOCABULARY
from zenml.models.sentences import describe_tokenizer
from zenml.models.token_columns import texts_of, token_columns
from zenml.records import RecordWriter, list_splits, split_files, split_folder
from zenml.records.merging import merge_rows
from zenml.records.reader import read_rows_and_batches
from zenml.records.tables import read_schema
from zenml.repo.loading import load_step
from zenml.spec import StepSpec
from zenml.steps.split_mapping import splits_of
from zenml.steps.tokenizer.base import TokenizerStep


class Executor(base_executor.BaseExecutor):
    """Writes the rows with their tokens, and the tokenizer."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Runs the step of the execution properties.

        Args:
            input_dict: `examples`, `schema`.
            output_dict: `tokenized_examples`, `tokenizer`.
            exec_properties: `step`, the StepSpec as JSON; `files`, JSON of the digests of
                the files that it names.

        Raises:
            StepArgumentError: The step does not fit the columns.
            DataError: A split is missing, the column holds no text, or a file that the
                step names was changed.
        """
        spec = StepSpec.from_json(exec_properties["step"])
        step = cast(TokenizerStep, load_step(spec))
        _check_unchanged(step, json.loads(exec_properties.get("files") or "{}"))
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        tokenized = artifact_utils.get_single_instance(output_dict["tokenized_examples"])
        folder = artifact_utils.get_single_uri(output_dict["tokenizer"])
        schema = read_schema(artifact_utils.get_single_uri(input_dict["schema"]))
        sizes = tokenize(step, examples.uri, schema, tokenized.uri, folder)
        describe_tokenizer(folder, spec.source, spec.args, step.text_feature)
        tokenized.split_names = json.dumps(list(sizes))
        tokenized.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
        tokenized.set_string_custom_property("sizes", json.dumps(sizes))
        tokenized.set_int_custom_property("rows", sum(sizes.values()))
        empty_numbers.hand_on(examples, tokenized)
        column_order.hand_on(examples, tokenized)
        if step.vocabulary_size:
            tokenized.set_int_custom_property(VOCABULARY, step.vocabulary_size)


def _check_unchanged(step: TokenizerStep, pinned: dict[str, str]) -> None:
    """Refuses a file that is not as it was when the pipeline was made."""
    for name, path in step.named_files.items():
        if name in pinned and sha256_of(path) != pinned[name]:
            raise DataError(
                f"{type(step).__name__}: the file {path} of {name!r} was changed since the "
                "pipeline was made. Put it back as it was, or run the pipeline from its code."
            )


def tokenize(
    step: TokenizerStep, examples: str, schema: Any, tokenized: str, tokenizer: str
) -> dict[str, int]:
    """Trains a tokenizer and adds its columns to every split.

    Args:
        step: The tokenizer.
        examples: Folder of the examples, a sub-folder a split.
        schema: Schema proto of their columns.
        tokenized: Folder that receives the rows with their tokens.
        tokenizer: Folder that receives the tokenizer.

    Returns:
        Split -> how many rows.
    """
    step.check_schema(schema)
    splits = list_splits(examples)
    used = splits_of(step, step.split_mapping, splits)["train_splits"]
    if not step.skip_training:
        step.train([file for split in used for file in split_files(examples, split)])
    step.save(tokenizer)
    encoder = RecordBatchToExamplesEncoder()
    sizes = {}
    for split in splits:
        with RecordWriter(split_folder(tokenized, split)) as writer:
            for rows, batch in read_rows_and_batches(split_files(examples, split), schema):
                columns = token_columns(step, texts_of(batch, step.text_feature))
                made = encoder.encode(pa.RecordBatch.from_pydict(columns))
                there = dict(zip(batch.schema.names, batch.columns, strict=True))
                merged = pa.RecordBatch.from_pydict({**there, **columns})
                writer.write_serialized(merge_rows(rows, made), merged)
        sizes[split] = writer.rows
    return sizes
