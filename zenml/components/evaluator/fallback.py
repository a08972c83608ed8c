"""TFMA's own evaluator, for what is not done by batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import apache_beam as beam
import tensorflow_model_analysis as tfma
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from tensorflow_model_analysis.constants import ARROW_INPUT_COLUMN
from tensorflow_model_analysis.proto import config_pb2
from tfx_bsl.public import tfxio

from zenml.components.evaluator.plan import metric_names
from zenml.errors import DataError


def run_tfma(
    model: str,
    files: list[str],
    config: config_pb2.EvalConfig,
    output: str,
    extensions: Mapping[str, Any] | None = None,
) -> None:
    """Lets TFMA evaluate a model on rows and write what it finds.

    Args:
        model: Folder of the SavedModel; "" where the predictions lie in columns of the rows.
        files: TFRecords of serialised rows.
        config: What to compute.
        output: Folder that receives the results.
        extensions: `custom_eval_shared_model` and `custom_extractors`, as TFX's
            Evaluator knows them.

    Raises:
        DataError: TFMA cannot compute it; the message is TFMA's.
    """
    extensions = extensions or {}
    share = extensions.get("custom_eval_shared_model", tfma.default_eval_shared_model)
    shared = [
        share(eval_saved_model_path=model, model_name=spec.name, eval_config=config)
        for spec in config.model_specs or [config_pb2.ModelSpec()]
        if model
    ]
    asked = (shared[0] if len(shared) == 1 else shared) or None
    extractors = None
    if "custom_extractors" in extensions:
        extractors = extensions["custom_extractors"](
            eval_shared_model=asked, eval_config=config, tensor_adapter_config=None
        )
    source = tfxio.TFExampleRecord(file_pattern=files, raw_record_column_name=ARROW_INPUT_COLUMN)
    # In this process: DirectRunner may fetch a binary, and options not given are read off sys.argv.
    options = PipelineOptions(["--direct_running_mode=in_memory", "--direct_num_workers=1"])
    try:
        with beam.Pipeline(runner=FnApiRunner(), options=options) as pipeline:
            _ = (
                pipeline
                | "Read" >> source.BeamSource()
                | "Evaluate"
                >> tfma.ExtractEvaluateAndWriteResults(
                    eval_shared_model=asked,
                    eval_config=config,
                    extractors=extractors,
                    output_path=output,
                )
            )
    except (ValueError, RuntimeError, TypeError, KeyError, IndexError) as exc:
        first = str(exc).strip().partition("\n")[0][:500]
        names = ", ".join(metric_names(config))
        raise DataError(
            f"TensorFlow Model Analysis cannot compute {names} for this model and data: {first}"
        ) from exc
