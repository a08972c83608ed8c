"""Training curves: as JSON for people and programs, as events for TensorBoard."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from zenml.files import write_text


def write_curves(folder: str, history: Mapping[str, Sequence[float]]) -> None:
    """Writes `history.json`, and events unless the step wrote its own.

    Args:
        folder: For the logs of a run.
        history: Metric -> its value after each epoch; `val_<metric>` is that of evaluation. What
            is NaN or infinite, for which JSON has no word, becomes null.
    """
    curves = {name: [float(value) for value in values] for name, values in history.items()}
    told = {name: [_finite(value) for value in values] for name, values in curves.items()}
    text = json.dumps(told, indent=1, allow_nan=False)
    write_text(Path(folder, "history.json"), text, sync=False)
    if not any(Path(folder).rglob("events.out.tfevents*")):
        _write_events(folder, curves)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _write_events(folder: str, curves: Mapping[str, Sequence[float]]) -> None:
    """Like Keras's own callback, but TensorBoard need not be installed where it is trained."""
    import tensorflow as tf

    summary = tf.compat.v1.SummaryMetadata
    scalars = summary(plugin_data=summary.PluginData(plugin_name="scalars"))
    evaluated = {name: values for name, values in curves.items() if name.startswith("val_")}
    trained = {name: values for name, values in curves.items() if name not in evaluated}
    for run, some in (("train", trained), ("validation", evaluated)):
        if not some:
            continue
        writer = tf.summary.create_file_writer(os.path.join(folder, run))
        with writer.as_default():
            for name, values in some.items():
                tag = f"epoch_{name.removeprefix('val_')}"
                for epoch, value in enumerate(values):
                    number = tf.constant(value, tf.float32)
                    tf.summary.write(tag, number, step=epoch, metadata=scalars)
        writer.close()
