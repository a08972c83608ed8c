"""SchemaGen's executor: one schema for the rows of all splits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from google.protobuf import text_format
from tfx.dsl.components.base import base_executor
from tfx.types import artifact_utils

from zenml.components.schema_gen.inference import make_schema
from zenml.components.statistics_gen.executor import splits_of
from zenml.records.tables import SCHEMA_FILE, read_statistics


class Executor(base_executor.BaseExecutor):
    """Writes one schema for all splits."""

    def Do(  # noqa: N802 - TFX's name
        self,
        input_dict: dict[str, list[Any]],
        output_dict: dict[str, list[Any]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Infers the schema.

        Args:
            input_dict: `statistics`.
            output_dict: `schema`.
            exec_properties: `declared`, JSON of column -> type, or "".

        Raises:
            DataError: A column without any value whose type is neither told nor declared.
        """
        statistics = artifact_utils.get_single_instance(input_dict["statistics"])
        splits = [read_statistics(statistics.uri, split) for split in splits_of(statistics)]
        declared = json.loads(exec_properties.get("declared") or "{}")
        folder = Path(artifact_utils.get_single_uri(output_dict["schema"]))
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{SCHEMA_FILE}.{os.getpid()}"
        text = text_format.MessageToString(make_schema(splits, declared))
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, folder / SCHEMA_FILE)
