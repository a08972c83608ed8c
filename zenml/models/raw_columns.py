"""The raw columns that a model needs, read from what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.models.base import ModelReader
from zenml.models.feature_model import FeatureModel
from zenml.models.saved_model import SERVING, SavedModelReader

if TYPE_CHECKING:
    from zenml.models.trained_model import TrainedModel

_TOKENS = ("input_ids", "attention_mask")


def raw_columns(model: TrainedModel) -> dict[str, str] | None:
    """The columns that a model takes out of raw rows: for what a tokenizer makes, its text.

    Args:
        model: In any format.

    Returns:
        Column -> "int64", "float32" or "string"; None where the model does not tell.

    Raises:
        DataError: There is no model in the folder.
    """
    found = _of_reader(model.reader)
    if found is None or model.sentences is None:
        return found
    kept = {name: kind for name, kind in found.items() if name not in _TOKENS}
    return {**kept, model.sentences.text_feature: "string"}


def _of_reader(reader: ModelReader) -> dict[str, str] | None:
    if isinstance(reader, FeatureModel):
        return {name: told["dtype"] for name, told in reader.description["raw"].items()}
    if isinstance(reader, SavedModelReader):
        return _parsed_by(reader.saved_model.signatures.get(SERVING))
    return None


def _parsed_by(signature: Any) -> dict[str, str] | None:
    """The keys of the parsers of examples in a signature and all that it calls."""
    if signature is None:
        return None
    graph = signature.graph.as_graph_def()
    found: dict[str, str] = {}
    parses = False
    for nodes in [graph.node, *(function.node_def for function in graph.library.function)]:
        named = {node.name: node for node in nodes}
        for node in nodes:
            if node.op == "ParseExampleV2":
                parses = True
                found.update(_keys(node, named))
    return found if parses else None


def _keys(node: Any, named: dict[str, Any]) -> dict[str, str]:
    """Key -> type of one parser, from the constants that it reads."""
    import tensorflow as tf

    _, _, sparse, dense, ragged, *_ = node.input
    found = {}
    kinds = ((sparse, "sparse_types"), (dense, "Tdense"), (ragged, "ragged_value_types"))
    for source, types in kinds:
        constant = named.get(source.partition(":")[0])
        if constant is None or constant.op != "Const":
            continue
        keys = tf.make_ndarray(constant.attr["value"].tensor).reshape(-1)
        for key, kind in zip(keys, node.attr[types].list.type, strict=True):
            found[key.decode()] = tf.as_dtype(kind).name
    return found
