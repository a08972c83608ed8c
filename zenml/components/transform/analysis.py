"""The full pass over the training rows: TensorFlow Transform's analyzers, on Beam."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import apache_beam as beam
import pyarrow as pa
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata, metadata_io
from tfx_bsl.tfxio import tensor_representation_util
from tfx_bsl.tfxio.tensor_adapter import TensorAdapterConfig

from zenml.components.transform.passes import SourceDoFn
from zenml.components.transform.runner import InProcessRunner, Options
from zenml.records import ahead, read_batches

KEPT_BYTES = 64_000_000  # of the rows that are analysed
PreprocessingFn = Callable[[dict[str, Any]], dict[str, Any]]


class _Read(SourceDoFn):
    """Reads the batches of a file, and keeps them for another reading while they are few."""

    def __init__(self, schema: bytes) -> None:
        self._schema = schema
        self._kept: dict[str, list[pa.RecordBatch]] = {}
        self._room = KEPT_BYTES

    def process(self, file: str) -> Iterator[pa.RecordBatch]:
        if file in self._kept:
            yield from self._kept[file]
            return
        batches: list[pa.RecordBatch] = []
        for batch in ahead(lambda: read_batches(file, schema=self._schema)):
            self._room -= batch.nbytes
            if self._room > 0:
                batches.append(batch)
            else:
                batches.clear()
            yield batch
        if self._room > 0:
            self._kept[file] = batches


def tensor_config(schema: Any) -> TensorAdapterConfig:
    """How the columns of decoded batches become tensors, after the schema."""
    from tfx_bsl.coders.example_coder import ExamplesToRecordBatchDecoder

    arrow_schema = ExamplesToRecordBatchDecoder(schema.SerializeToString()).ArrowSchema()
    representations = tensor_representation_util.InferTensorRepresentationsFromMixedSchema(schema)
    return TensorAdapterConfig(arrow_schema, representations)


def analyze(
    preprocessing_fn: PreprocessingFn, files: list[str], schema: Any, graph: str, scratch: str
) -> None:
    """Writes the transform graph that `preprocessing_fn` comes to on the rows of the files.

    Args:
        preprocessing_fn: Called with tensors, a few times.
        files: TFRecords of the training splits.
        schema: Schema proto of their columns.
        graph: Folder that receives `transform_fn`, `transformed_metadata` and `metadata`.
        scratch: Folder for temporary files.
    """
    with tft_beam.Context(temp_dir=scratch, use_deep_copy_optimization=False):
        pipeline = beam.Pipeline(runner=InProcessRunner(), options=Options())
        rows = (
            pipeline
            | "Files" >> beam.Create(files, reshuffle=False)
            | "Read"
            >> beam.ParDo(_Read(schema.SerializeToString())).with_output_types(pa.RecordBatch)
        )
        transform_fn = (rows, tensor_config(schema)) | tft_beam.AnalyzeDataset(preprocessing_fn)
        transform_fn | tft_beam.WriteTransformFn(graph)
        pipeline.run().wait_until_finish()
    metadata_io.write_metadata(
        dataset_metadata.DatasetMetadata(schema),
        os.path.join(graph, tft.TFTransformOutput.RAW_METADATA_DIR),
    )
