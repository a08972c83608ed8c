"""A model from its folder, ready to answer."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml.errors import ServingError, ZenMLError
from zenml.models import TrainedModel
from zenml.models.base import ModelReader
from zenml.models.classes import usual_words
from zenml.models.parsed_columns import columns_of_spec
from zenml.models.raw_columns import graph_columns, with_text
from zenml.models.saved_model import EVALUATION, SERVING, SavedModelReader
from zenml.models.sentences import Sentences
from zenml.serving.signature import Signature
from zenml.serving.tensors import TensorInfo
from zenml.serving.widths import with_widths

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory.

    Attributes:
        folder: Where it was loaded from.
        signatures: Name -> the ways to call it.
        classes: Output -> names of its classes, in the order of its numbers.
        batchers: Signature -> what gathers its requests, where there were any.

    Example:
        >>> LoadedModel("deployed/penguins/1", {}).default is None
        True
    """

    folder: str
    signatures: Mapping[str, Signature]
    classes: Mapping[str, list[str]] = field(default_factory=dict)
    batchers: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def default(self) -> Signature | None:
        """The signature that is meant where none is named."""
        return self.signatures.get(SERVING)


def load(folder: str) -> LoadedModel:
    """Loads the model in a folder and calls it once, so that the first request finds it warm.

    Raises:
        ServingError: There is no model in the folder, or it does not load.
    """
    try:
        model = TrainedModel(folder)
        reader, classes = model.reader, model.classes
        if isinstance(reader, SavedModelReader):
            from zenml.serving.saved_models import signatures_of

            signatures = signatures_of(reader)
        else:
            signatures = _of_reader(reader)
        if model.sentences is not None and SERVING in signatures:
            taken = _of_sentences(signatures[SERVING], model.sentences)
            signatures = {**signatures, SERVING: taken}
        warm = {
            name: with_widths(_warmed(_with_words(one, model.path)))
            for name, one in signatures.items()
        }
    except ZenMLError as exc:
        raise ServingError(str(exc)) from exc
    except Exception as exc:
        raise ServingError(f"The model in {folder} does not load: {exc}") from exc
    if not warm:
        raise ServingError(f"The model in {folder} has no signature to call.")
    return LoadedModel(folder, warm, classes)


def _of_reader(reader: ModelReader) -> dict[str, Signature]:
    """What a model of another format answers to: raw rows, and transformed ones."""
    reader.use_one_thread()
    columns = columns_of_spec(getattr(reader, "description", {}).get("raw", {}))
    ignored = sorted(graph_columns(reader) - columns.keys())
    inputs = {"examples": TensorInfo("string", (None,))}
    raw, transformed = _caller(reader.predict), _caller(reader.predict_transformed)
    serving = _warmed(Signature(SERVING, inputs, {}, raw, columns=columns, ignored=ignored))
    # It gives the same, and cannot be asked what: it does not tell how a blank row looks.
    return {
        SERVING: serving,
        EVALUATION: Signature(EVALUATION, inputs, serving.outputs, transformed),
    }


def _of_sentences(signature: Signature, sentences: Sentences) -> Signature:
    """A signature that takes text: its tokens are made before the model is called."""

    def call(feeds: Mapping[str, Any]) -> dict[str, Any]:
        rows = sentences.add_tokens(list(feeds[signature.examples_input]))
        return dict(signature.function({signature.examples_input: rows}))

    columns = with_text(signature.columns, sentences)
    ignored = [*signature.ignored, *(name for name in signature.columns if name not in columns)]
    return dataclasses.replace(signature, function=call, columns=columns, ignored=ignored)


def _with_words(signature: Signature, folder: str) -> Signature:
    """The signature with words of the model's vocabularies, for columns of one text a row."""
    columns = signature.columns.values()
    texts = [one.name for one in columns if one.dtype == "string" and one.size in (None, 1)]
    return dataclasses.replace(signature, words=usual_words(folder, texts))


def _caller(method: Callable[..., Any]) -> Callable[..., Any]:
    return lambda feeds: method(list(feeds["examples"]))


def _warmed(signature: Signature) -> Signature:
    """Calls a signature with a blank row; the outputs that it did not say are those it gives."""
    try:
        outputs = signature.function(signature.blank_feeds())
    except Exception as exc:  # noqa: BLE001 - an image, say, is never blank: no reason not to serve
        _LOG.debug("%s could not be called with a blank row: %s", signature.name, exc)
        return signature
    if signature.outputs:
        return signature
    infos = {k: TensorInfo(v.dtype.name, (None, *v.shape[1:])) for k, v in outputs.items()}
    return Signature(**{**vars(signature), "outputs": infos})
