"""StatisticsGen's executor: TFDV's statistics, batch by batch, without a Beam pipeline."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from tensorflow_data_validation.statistics import stats_impl, stats_options
from tensorflow_metadata.proto.v0 import statistics_pb2
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.statistics_gen import empty_numbers
from zenml.errors import DataError
from zenml.records import ahead, list_splits, read_batches, split_files, split_folder
from zenml.records.tables import STATISTICS_FILE


class Executor(base_executor.BaseExecutor):
    """Writes the statistics of each split as TFX does."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Reads every split once.

        Args:
            input_dict: `examples`.
            output_dict: `statistics`.
            exec_properties: Nothing.

        Raises:
            DataError: A file of the examples cannot be read.
        """
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        statistics = artifact_utils.get_single_instance(output_dict["statistics"])
        splits = splits_of(examples)
        for split in splits:
            files = split_files(examples.uri, split)
            proto = compute_statistics(ahead(lambda files=files: read_batches(files)))
            empty_numbers.tell(examples, proto)
            write_statistics(proto, statistics.uri, split)
        statistics.split_names = json.dumps(splits)


def splits_of(artifact: Any) -> list[str]:
    """Names of an artifact's splits in their own order.

    Raises:
        DataError: It has none.
    """
    splits = list(artifact_utils.decode_split_names(artifact.split_names or "[]"))
    splits = splits or list_splits(artifact.uri)
    if not splits:
        raise DataError(f"The examples in {artifact.uri} have no split; run their step again.")
    return splits


def compute_statistics(
    batches: Iterable[pa.RecordBatch],
) -> statistics_pb2.DatasetFeatureStatisticsList:
    """The statistics that TFDV computes of the same rows.

    Memory does not grow with the rows: TFDV's own combiners keep sketches.

    Args:
        batches: Columns of lists.
    """
    options = stats_options.StatsOptions()
    generators = stats_impl.get_generators(options, in_memory=True)
    states = [generator.create_accumulator() for generator in generators]
    with np.errstate(invalid="ignore"):  # infinite numbers have no mean, and nobody need be warned
        for batch in batches:
            states = [
                generator.add_input(state, batch)
                for generator, state in zip(generators, states, strict=True)
            ]
        return stats_impl.extract_statistics_output(states, generators)


def write_statistics(proto: Any, uri: str, split: str) -> None:
    """Writes the statistics of one split."""
    folder = split_folder(uri, split)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{STATISTICS_FILE}.{os.getpid()}"
    partial.write_bytes(proto.SerializeToString(deterministic=True))
    os.replace(partial, folder / STATISTICS_FILE)
