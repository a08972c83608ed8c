"""The signatures of a SavedModel, whatever they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zenml.errors import RequestError
from zenml.models.graph_calls import graph_call
from zenml.models.parsed_columns import columns_of_graph
from zenml.models.raw_columns import graph_columns
from zenml.models.saved_model import SavedModelReader
from zenml.serving.signature import PREDICT, Signature
from zenml.serving.tensors import TensorInfo

_INIT_OPS = "__saved_model_"  # signatures by which TensorFlow keeps what runs at loading


def signatures_of(reader: SavedModelReader) -> dict[str, Signature]:
    """Every signature of a SavedModel.

    Raises:
        DataError: It does not load.
    """
    loaded, raw = reader.saved_model.signatures, graph_columns(reader)
    written = _written(reader.path)
    return {
        name: _signature(name, loaded[name], written.get(name), raw)
        for name in loaded
        if not name.startswith(_INIT_OPS)
    }


def _signature(name: str, function: Any, written: Any, raw: set[str]) -> Signature:
    specs = function.structured_input_signature[1]
    inputs = {key: _info(spec, written and written.inputs[key]) for key, spec in specs.items()}
    outputs = {
        key: _info(tensor, written and written.outputs[key])
        for key, tensor in function.structured_outputs.items()
    }
    columns = columns_of_graph(function) if _takes_examples(inputs) else {}
    ignored = sorted(raw - columns.keys())
    method = (written.method_name if written else "") or PREDICT
    return Signature(name, inputs, outputs, _caller(function), method, columns, ignored)


def _caller(function: Any) -> Callable[..., Any]:
    specs, direct = function.structured_input_signature[1], graph_call(function)

    def call(feeds: Mapping[str, Any]) -> dict[str, Any]:
        import tensorflow as tf

        try:
            given = {key: tf.constant(value, specs[key].dtype) for key, value in feeds.items()}
            found = direct(*given.values()) if direct and len(given) == 1 else function(**given)
            return {key: tensor.numpy() for key, tensor in found.items()}
        except (tf.errors.OpError, ValueError, TypeError) as exc:
            raise RequestError(f"The model does not take this: {_reason(exc)}") from exc

    return call


def _reason(exc: Exception) -> str:
    """What an error of TensorFlow says, without where in the graph it arose."""
    said = str(getattr(exc, "message", exc)).partition("\n\t [[")[0].strip()
    return said.rpartition("\n")[2].replace("Name: <unknown>, ", "")[:500]


def _takes_examples(inputs: Mapping[str, TensorInfo]) -> bool:
    """One vector of strings: serialised rows, where the graph parses them."""
    infos = list(inputs.values())
    return len(infos) == 1 and infos[0].dtype == "string" and len(infos[0].shape or (0, 0)) == 1


def _info(spec: Any, written: Any) -> TensorInfo:
    shape = None if spec.shape.rank is None else tuple(spec.shape.as_list())
    return TensorInfo(spec.dtype.name, shape, written.name if written else "")


def _written(path: str) -> dict[str, Any]:
    """Name -> signature as it stands in the file: loading forgets methods and names of tensors."""
    from tensorflow.core.protobuf import saved_model_pb2

    file = Path(path, "saved_model.pb")
    if not file.is_file():
        return {}
    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    return {
        name: signature
        for graph in saved.meta_graphs
        if "serve" in graph.meta_info_def.tags
        for name, signature in graph.signature_def.items()
    }
