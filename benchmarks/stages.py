"""Read from a run's own records what it did: seconds of each component, and its metrics."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def stage_seconds(database: Path, since: float) -> dict[str, float]:
    """Seconds of each component that has run, from first to last word in ML Metadata.

    Args:
        database: The SQLite metadata store, of TFX's own runner or of zenml.
        since: Seconds since the epoch; executions that began earlier, or were cached, are left
            out.

    Returns:
        Name of the component to its seconds.
    """
    from ml_metadata.metadata_store import MetadataStore
    from ml_metadata.proto import metadata_store_pb2

    config = metadata_store_pb2.ConnectionConfig()
    config.sqlite.filename_uri = str(database)
    store = MetadataStore(config)
    found = {}
    for context in store.get_contexts_by_type("node"):
        name = context.name.rsplit(".", 1)[-1]
        for execution in store.get_executions_by_context(context.id):
            begun, ended = (
                execution.create_time_since_epoch,
                execution.last_update_time_since_epoch,
            )
            complete = execution.last_known_state == metadata_store_pb2.Execution.COMPLETE
            if complete and begun >= since * 1000:
                found[name] = found.get(name, 0.0) + (ended - begun) / 1000
    return found


def overall_metrics(evaluation: Path) -> dict[str, float]:
    """The metrics over all rows in a folder that TensorFlow Model Analysis reads."""
    import tensorflow_model_analysis as tfma

    result = tfma.load_eval_result(str(evaluation))
    found: dict[str, float] = {}
    for key, by_output in result.slicing_metrics:
        if key != ():
            continue
        for by_class in by_output.values():
            for metrics in by_class.values():
                for name, value in metrics.items():
                    if "doubleValue" in value:
                        found[name] = float(value["doubleValue"])
    return found


if __name__ == "__main__":
    # A process of its own: reading them imports TensorFlow, which the one that measures spares.
    print(json.dumps(overall_metrics(Path(sys.argv[1]))))
