"""What a server is given, checked before anything is loaded and before it answers."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import ServingError
from zenml.hints import shown
from zenml.models.trained_model import TrainedModel
from zenml.serving.folders import versions_in
from zenml.serving.served_model import ServedModel

if TYPE_CHECKING:
    from zenml.serving.server import ModelServer

_PORTS = 65535


def check_arguments(server: ModelServer) -> None:
    """Checks what a server was made with.

    Raises:
        ServingError: Names the argument, what was given and what it takes.
    """
    given = server.folders
    folders = list(given.values()) if isinstance(given, Mapping) else [given]
    if not all(isinstance(one, (str, os.PathLike, TrainedModel)) for one in folders):
        raise _wrong("models", given, "a folder, a TrainedModel, or name -> one of these")
    if not _is_whole(server.port, 0, _PORTS):
        raise _wrong("port", server.port, f"a whole number from 0 to {_PORTS}")
    labels = server.labels or {}
    if not isinstance(labels, Mapping) or not all(_is_whole(v, 0) for v in labels.values()):
        raise _wrong("labels", labels, "label -> version, such as {'stable': 3}")
    poll = server.poll_seconds
    if isinstance(poll, bool) or not isinstance(poll, (int, float)) or not 0 < poll < math.inf:
        raise _wrong("poll_seconds", poll, "a number above 0")
    if not _is_whole(server.max_body, 1):
        raise _wrong("max_body", server.max_body, "a whole number of bytes from 1")


def check_loaded(model: ServedModel) -> None:
    """Checks that a model answers, in each of the versions that were named, and has its labels.

    Raises:
        ServingError: Says which version is not there, or why it does not load.
    """
    there = ", ".join(map(str, sorted(versions_in(model.base)))) or "none"
    for number in model.policy.numbers:
        if number not in model.versions and not _errors(model, number):
            raise ServingError(f"There is no version {number} in {model.base}; there is: {there}.")
        if number not in model.versions:
            raise ServingError(_errors(model, number))
    if not model.ready:
        raise ServingError(_errors(model))
    for label, version in model.labels.items():
        if version not in model.versions:
            served = ", ".join(map(str, model.versions))
            raise ServingError(
                f"The label {label!r} names version {version} of {model.name}, which is not "
                f"served: there is {there}, of which {served} is. Name one of these, or serve "
                "them all: --versions all."
            )


def _errors(model: ServedModel, version: int | None = None) -> str:
    """Why versions did not load, or ""."""
    states = [state for state in model.status() if version in (None, int(state["version"]))]
    return " ".join(filter(None, (state["status"]["error_message"] for state in states)))


def _is_whole(value: Any, least: int, most: int | None = None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return value >= least and (most is None or value <= most)


def _wrong(name: str, given: Any, wanted: str) -> ServingError:
    return ServingError(f"ModelServer: {name} is {shown(given)}; it takes {wanted}.")
