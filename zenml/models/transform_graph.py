"""A transform graph inside another model: raw features in, transformed features out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class TransformGraph:
    """The transform graph of a folder, called with the raw columns that are there.

    Args:
        folder: Its SavedModel.

    Attributes:
        resources: What a module that is saved with the graph inside has to hold on to:
            the vocabularies.
    """

    def __init__(self, folder: str) -> None:
        import tensorflow as tf

        self.resources = tf.saved_model.load(folder)
        function = self.resources.transform_fn
        concrete = getattr(function, "concrete_functions", [function])
        self._function = concrete[0]
        self._graph = self._function.graph
        self._inputs: dict[str, Any] = self._function.structured_input_signature[0][0]
        self._placeholders: dict[str, Any] = tf.nest.pack_sequence_as(
            self._inputs, self._graph.inputs[: self._width()], expand_composites=True
        )
        self._outputs: dict[str, Any] = tf.nest.pack_sequence_as(
            self._graph.structured_outputs, self._graph.outputs, expand_composites=True
        )

    def _width(self) -> int:
        import tensorflow as tf

        return len(tf.nest.flatten(self._inputs, expand_composites=True))

    @property
    def raw_columns(self) -> list[str]:
        """Every raw column that it was made for, sorted."""
        return sorted(self._inputs)

    def inputs_of(self, outputs: Iterable[str]) -> list[str]:
        """The raw columns that the outputs are computed from."""
        import tensorflow as tf

        waiting = [
            tensor.op
            for name in outputs
            for tensor in tf.nest.flatten(self._outputs[name], expand_composites=True)
        ]
        seen = set()
        while waiting:
            operation = waiting.pop()
            if operation.name not in seen:
                seen.add(operation.name)
                waiting += [tensor.op for tensor in operation.inputs]
        return [
            name
            for name, value in self._placeholders.items()
            for tensor in tf.nest.flatten(value, expand_composites=True)[:1]
            if any(part.op.name in seen for part in tf.nest.flatten(value, expand_composites=True))
        ]

    def __call__(self, raw: dict[str, Any], outputs: Iterable[str]) -> dict[str, Any]:
        """Transforms the raw columns that `outputs` need; the others may be left out.

        Args:
            raw: Column -> Tensor or SparseTensor.
            outputs: Names of the transformed columns to return.
        """
        import tensorflow as tf

        some = next(iter(raw.values()))
        rows = some.dense_shape[0] if isinstance(some, tf.SparseTensor) else tf.shape(some)[0]
        whole = {
            name: raw[name] if name in raw else _nothing(spec, rows)
            for name, spec in self._inputs.items()
        }
        transformed = self._function(*tf.nest.flatten(whole, expand_composites=True))
        return {name: transformed[name] for name in outputs}


def _nothing(spec: Any, rows: Any) -> Any:
    """Stands for a column that no wanted output is computed from."""
    import tensorflow as tf

    if isinstance(spec, tf.SparseTensorSpec):
        rows = tf.cast(rows, tf.int64)
        return tf.SparseTensor(
            tf.zeros([0, 2], tf.int64),
            tf.zeros([0], spec.dtype),
            tf.stack([rows, tf.zeros_like(rows)]),
        )
    return tf.zeros([tf.cast(rows, tf.int32), *(n or 1 for n in spec.shape[1:])], spec.dtype)
