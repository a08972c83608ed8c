"""A model from its folder, ready to answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml.errors import ServingError, ZenMLError
from zenml.models import TrainedModel
from zenml.models.base import ModelReader
from zenml.models.saved_model import EVALUATION, SERVING, SavedModelReader
from zenml.serving.columns import columns_of_spec
from zenml.serving.signature import Signature
from zenml.serving.tensors import TensorInfo

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory.

    Attributes:
        folder: Where it was loaded from.
        signatures: Name -> the ways to call it.
        batchers: Signature -> what gathers its requests, where there were any.

    Example:
        >>> LoadedModel("deployed/penguins/1", {}).default is None
        True
    """

    folder: str
    signatures: Mapping[str, Signature]
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
        reader = TrainedModel(folder).reader
        if isinstance(reader, SavedModelReader):
            from zenml.serving.saved_models import signatures_of

            signatures = signatures_of(reader)
        else:
            signatures = _of_reader(reader)
    except ZenMLError as exc:
        raise ServingError(str(exc)) from exc
    except Exception as exc:
        raise ServingError(f"The model in {folder} does not load: {exc}") from exc
    if not signatures:
        raise ServingError(f"The model in {folder} has no signature to call.")
    warm = {name: _warmed(one) for name, one in signatures.items()}
    return LoadedModel(folder, warm)


def _of_reader(reader: ModelReader) -> dict[str, Signature]:
    """What a model of another format answers to: raw rows, and transformed ones."""
    columns = columns_of_spec(getattr(reader, "description", {}).get("raw", {}))
    known = {SERVING: columns, EVALUATION: {}}
    methods = {SERVING: reader.predict, EVALUATION: reader.predict_transformed}
    inputs = {"examples": TensorInfo("string", (None,))}
    return {
        name: Signature(name, inputs, {}, _caller(method), columns=known[name])
        for name, method in methods.items()
    }


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
