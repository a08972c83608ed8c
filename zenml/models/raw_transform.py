"""RawTransform: from serialised raw rows to the arrays that a model takes."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zenml.errors import DataError
from zenml.models.arrays import Arrays, multi_hot
from zenml.models.columns import Column
from zenml.models.graph_calls import graph_call
from zenml.models.saved_model import reason

if TYPE_CHECKING:
    from zenml.models.transform_graph import TransformGraph

FOLDER = "transform_fn"  # beside a model: the transform graph's SavedModel


class RawTransform:
    """The transform graph that lies beside a model.

    Args:
        path: Folder of the model.
        raw: Raw column -> its feature spec, as `keep_graph` gave it.
        columns: The transformed columns to compute.

    Example:
        >>> RawTransform("model", {}, []).path
        'model'
    """

    def __init__(self, path: str, raw: Mapping[str, Any], columns: Sequence[Column]) -> None:
        """Loads nothing yet."""
        self.path = path
        self.raw = raw
        self.columns = columns

    def __call__(self, examples: Sequence[bytes]) -> Arrays:
        """Transforms serialised `tf.train.Example`s of raw columns.

        Returns:
            What `zenml.models.arrays.arrays_of` gives for the same rows once transformed.

        Raises:
            DataError: The rows lack a column, or have it in another type.
        """
        import tensorflow as tf

        try:
            found = self._function(tf.constant(list(examples), tf.string))
        except tf.errors.OpError as exc:
            raise DataError(
                f"The model in {self.path} does not take the rows: {reason(exc)}"
            ) from exc
        return {c.name: _array(found[c.name], c, len(examples)) for c in self.columns}

    @cached_property
    def _graph(self) -> TransformGraph:
        from zenml.models.transform_graph import TransformGraph

        # At the end of a program TensorFlow complains of functions that are there after it.
        weakref.finalize(self, _drop, vars(self))
        return TransformGraph(os.path.join(self.path, FOLDER))

    @cached_property
    def _function(self) -> Any:
        import tensorflow as tf

        graph = self._graph
        spec = {name: _restored(told) for name, told in self.raw.items()}
        names = [column.name for column in self.columns]
        examples = tf.TensorSpec([None], tf.string)

        @tf.function(input_signature=[examples], autograph=False)  # type: ignore[untyped-decorator]
        def transform(examples: Any) -> dict[str, Any]:
            return graph(tf.io.parse_example(examples, spec), names)

        # Not when it is first called: of several models TensorFlow would say that one is traced
        # again and again.
        traced = transform.get_concrete_function()
        return graph_call(traced) or traced


def _drop(cached: dict[str, Any]) -> None:
    """Lets go of TensorFlow's functions, and of nothing else."""
    for name in ("_function", "_graph"):
        cached.pop(name, None)


def keep_graph(folder: str, tf_transform_output: Any, names: Iterable[str]) -> dict[str, Any]:
    """Copies a transform graph beside a model.

    Args:
        folder: Of the model.
        tf_transform_output: The transform graph.
        names: The transformed columns that the model takes.

    Returns:
        Raw column that they are computed from -> its feature spec, as JSON can hold it.
    """
    from zenml.models.transform_graph import TransformGraph

    source = tf_transform_output.transform_savedmodel_dir
    shutil.copytree(source, os.path.join(folder, FOLDER), dirs_exist_ok=True)
    spec = tf_transform_output.raw_feature_spec()
    return {name: _told(spec[name]) for name in TransformGraph(source).inputs_of(names)}


def _told(spec: Any) -> dict[str, Any]:
    """A feature spec as JSON can hold it; one of any number of values has no shape."""
    import tensorflow as tf

    told: dict[str, Any] = {"dtype": spec.dtype.name}
    if isinstance(spec, tf.io.FixedLenFeature):
        told["shape"] = [int(n) for n in spec.shape]
        if spec.default_value is not None:
            told["default"] = tf.constant(spec.default_value, spec.dtype).numpy().tolist()
    return told


def _restored(told: Mapping[str, Any]) -> Any:
    import tensorflow as tf

    dtype = tf.as_dtype(told["dtype"])
    if "shape" not in told:
        return tf.io.VarLenFeature(dtype)
    return tf.io.FixedLenFeature(told["shape"], dtype, told.get("default"))


def _array(value: Any, column: Column, rows: int) -> Any:
    import tensorflow as tf

    if isinstance(value, tf.SparseTensor):
        where, indices = value.indices.numpy()[:, 0], value.values.numpy()
        return multi_hot(where, indices, rows, column.classes or 0)
    return value.numpy().reshape(rows, *column.shape)
