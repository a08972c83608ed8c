"""The message of a release's tag: for people first, then the pins, then the pipeline's file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone

from zenml.errors import ReleaseError
from zenml.runtime.release.pins import ArtifactPin, Pins

_PINS, _PIPELINE, _END = "--- pins", "--- pipeline", "--- end"
# What is named first, and how; other artifacts are only counted.
_KINDS = {
    "Schema": "schema",
    "TransformGraph": "transform graph",
    "Model": "model",
    "ModelEvaluation": "evaluation",
}
_SHOWN = 12


def write(pins: Pins, pipeline: str) -> str:
    """The text of the message.

    The text of the pipeline's file stands in it whole: so it lives as long as the tag,
    goes wherever the tag is pushed to, and needs no commit that has it.

    Args:
        pins: What the release ties down.
        pipeline: The text of the pipeline's file.
    """
    data = json.dumps(pins.to_dict(), indent=1)
    lines = [*_story(pins), "", _PINS, data, _PIPELINE]
    return "\n".join(lines) + f"\n{pipeline}{_END}\n"


def read(text: str, where: str) -> tuple[Pins, str]:
    """Pins and text of the pipeline's file, of the text of a message.

    A signature that git put behind it is passed over.

    Raises:
        ReleaseError: It is the message of no release, or was edited.
    """
    _, started, rest = text.partition(f"\n{_PINS}\n")
    data, parted, rest = rest.partition(f"\n{_PIPELINE}\n")
    pipeline, ended, _ = rest.rpartition(f"{_END}\n")
    if not (started and parted and ended):
        raise ReleaseError(f"{where} is no release: zenml did not write its message.")
    try:
        plain = json.loads(data)
    except ValueError as exc:
        raise ReleaseError(f"{where} holds pins that were edited: {exc}.") from exc
    return Pins.from_dict(plain, where), pipeline


def _story(pins: Pins) -> Iterator[str]:
    yield f"Release {pins.release} of {pins.pipeline['name']}"
    yield ""
    facts = dict(_facts(pins))
    width = max(map(len, facts))
    for key, value in facts.items():
        yield f"{key:<{width}}  {value}"
    if pins.metrics:
        yield ""
    for node, found in pins.metrics.items():
        for name, number in found.items():
            yield f"{node}: {name} {number:.6g}"
    yield ""
    yield "What follows is read by `zenml release verify` and `zenml release export`."


def _facts(pins: Pins) -> Iterator[tuple[str, str]]:
    yield "run", f"{pins.run['name']}, ended {moment(pins.run['ended'])}"
    yield "commit", pins.commit
    yield "pipeline", f"{pins.pipeline['file']} ({pins.pipeline['digest']})"
    if pins.data:
        yield "data", f"{pins.data['datasource']} at {pins.data['commit']}"
    values = pins.of_type("ZenMLValue")
    chosen = [(_KINDS[pin.type], pin) for pin in pins.artifacts if pin.type in _KINDS]
    chosen += [("value", pin) for pin in values[:_SHOWN]]
    for kind, pin in chosen:
        yield f"{kind} {pin.name}", _content(pin)
    others = len(pins.artifacts) - len(chosen)
    if others:
        yield "other artifacts", str(others)
    packages = pins.environment.get("packages", {})
    python = pins.environment.get("python", "")
    if python:
        listed = [f"{name} {version}" for name, version in packages.items() if version]
        more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
        yield "ran with", ", ".join([f"Python {python}", *listed[:_SHOWN]]) + more


def _content(pin: ArtifactPin) -> str:
    return f"sha256 {pin.sha256}"


def moment(seconds: float) -> str:
    """Unix seconds as people read them, in UTC.

    Example:
        >>> moment(0)
        '1970-01-01 00:00:00 UTC'
    """
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
