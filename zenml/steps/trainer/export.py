"""Saving a Keras model so that it serves raw rows without zenml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.models.outputs import named_outputs
from zenml.models.saved_model import EVALUATION, SERVING
from zenml.models.transform_graph import TransformGraph
from zenml.steps.trainer.columns import Column, parse


def select_inputs(model: Any, features: dict[str, Any]) -> dict[str, Any]:
    """Those of the features that the model has inputs for; all, where it does not say."""
    inputs = getattr(model, "input", None) if hasattr(model, "inputs") else None
    if not isinstance(inputs, Mapping):
        return features
    return {name: features[name] for name in inputs if name in features}


def save_model(
    model: Any,
    folder: str,
    tf_transform_output: Any,
    spec: dict[str, Any],
    columns: dict[str, Column],
    labels: Sequence[Column],
) -> None:
    """Saves a model with the signatures `serving_default` and `zen_eval`.

    Args:
        model: Called with a dict of features.
        folder: Receives the SavedModel.
        tf_transform_output: The transform graph, which becomes part of it.
        spec: Feature spec of the features.
        columns: What is known about them.
        labels: Their names name the outputs.
    """
    import tensorflow as tf

    graph = TransformGraph(tf_transform_output.transform_savedmodel_dir)
    raw_spec = tf_transform_output.raw_feature_spec()
    raw_spec = {name: raw_spec[name] for name in graph.inputs_of(spec)}
    examples = tf.TensorSpec([None], tf.string, name="examples")

    def predict(features: dict[str, Any]) -> dict[str, Any]:
        outputs = model(select_inputs(model, features), training=False)
        return named_outputs(outputs, labels)

    @tf.function(input_signature=[examples], autograph=False)  # type: ignore[untyped-decorator]
    def serve(examples: Any) -> dict[str, Any]:
        raw = tf.io.parse_example(examples, raw_spec)
        return predict(_like_parsed(graph(raw, spec), columns))

    @tf.function(input_signature=[examples], autograph=False)  # type: ignore[untyped-decorator]
    def evaluate(examples: Any) -> dict[str, Any]:
        return predict(parse(examples, spec, columns))

    module = tf.Module()
    module.model = model
    module.transform = graph.resources
    module.serve = serve
    module.evaluate = evaluate
    tf.saved_model.save(module, folder, signatures={SERVING: serve, EVALUATION: evaluate})


def _like_parsed(transformed: dict[str, Any], columns: dict[str, Column]) -> dict[str, Any]:
    """Transformed features in the shape in which `parse` gives them."""
    import tensorflow as tf

    from zenml.steps.trainer.columns import multi_hot

    features = {}
    for name, value in transformed.items():
        if isinstance(value, tf.SparseTensor):
            classes = columns[name].classes
            features[name] = value if classes is None else multi_hot(value, classes)
        else:
            value = tf.ensure_shape(value, [None, *columns[name].shape][: value.shape.rank])
            features[name] = value if value.shape.rank > 1 else value[:, tf.newaxis]
    return features
