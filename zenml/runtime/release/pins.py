"""Pins: everything that a release ties down, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from zenml.errors import ReleaseError

SCHEMA = "zenml/release/1"
Metrics = dict[str, dict[str, float]]


@dataclass(frozen=True)
class ArtifactPin:
    """One artifact, tied down by the content of its files.

    Attributes:
        node: The node that made it.
        output: Key of its output; `key[1]` for a second one.
        type: Its type in ML Metadata, e.g. "Model" or "ZenMLValue".
        uri: Its folder, relative to the artifact store.
        sha256: Of the names and contents of its files.
        files: Their number.
        bytes: Their size.
        rows_hash: Of examples: the hash of the rows, whatever files hold them.
        store: The artifact store, where it is not that of the pipeline.
        value: Of a value: its type, its materializer, and the Python that saved it.

    Example:
        >>> ArtifactPin("fit", "model", "ZenMLValue", "p/r/fit/model/3", "ab" * 32, 1, 10).name
        'fit.model'
    """

    node: str
    output: str
    type: str
    uri: str
    sha256: str
    files: int
    bytes: int
    rows_hash: str = ""
    store: str = ""
    value: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called in sentences, `node.output`."""
        return f"{self.node}.{self.output}"


@dataclass(frozen=True)
class Pins:
    """What a release ties down.

    Attributes:
        release: Name of the release.
        pipeline: Its `name`, the `file` of the run, the `digest` of the spec, and the
            `blob` that git names the file's text by.
        run: Its `name`, and when it `started` and `ended`, in Unix seconds.
        commit: Of git: the one that is tagged.
        code: Node -> `source` and `version` of its step; the pipeline's own as "".
        data: `datasource` and `commit` of it, `source` and `version` of its class; empty
            where the pipeline reads none.
        artifacts: All that the run made or took from the cache.
        environment: Python, machine, zenml and packages.
        metrics: Node -> metric -> value, over all rows.

    Example:
        >>> Pins("1.0", {"name": "p"}, {"name": "p-1", "ended": 2.0}, "ab" * 20).to_dict()["schema"]
        'zenml/release/1'
    """

    release: str
    pipeline: dict[str, str]
    run: dict[str, Any]
    commit: str
    code: dict[str, dict[str, str]] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    artifacts: tuple[ArtifactPin, ...] = ()
    environment: dict[str, Any] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=dict)

    def of_type(self, *types: str) -> list[ArtifactPin]:
        """The artifacts of these types of ML Metadata."""
        return [pin for pin in self.artifacts if pin.type in types]

    @property
    def versions(self) -> list[str]:
        """The commits that code of the release has as its version."""
        found = {told["version"] for told in (*self.code.values(), self.data) if told}
        return sorted(version for version in found if is_sha(version))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as JSON holds it."""
        plain = {**asdict(self), "artifacts": [_plain(pin) for pin in self.artifacts]}
        return {"schema": SCHEMA, **plain}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], where: str) -> Pins:
        """The inverse of `to_dict`.

        Raises:
            ReleaseError: It is of another kind; says so, naming `where`.
        """
        if data.get("schema") != SCHEMA:
            raise ReleaseError(
                f"{where} has pins of the schema {data.get('schema')!r}; this zenml reads "
                f"{SCHEMA!r}. Install the zenml that made it."
            )
        known = {item.name for item in fields(cls)}
        given = {key: value for key, value in data.items() if key in known}
        try:
            made = tuple(ArtifactPin(**pin) for pin in given.pop("artifacts", ()))
            return cls(**given, artifacts=made)
        except TypeError as exc:
            raise ReleaseError(f"{where} holds pins that were edited: {exc}.") from exc


def is_sha(version: str) -> bool:
    """Whether a version is a commit of git.

    Example:
        >>> is_sha("1a" * 20), is_sha("zenml_1.0")
        (True, False)
    """
    return len(version) in (40, 64) and all(letter in "0123456789abcdef" for letter in version)


def _plain(pin: ArtifactPin) -> dict[str, Any]:
    """An artifact without what it does not have."""
    return {key: value for key, value in asdict(pin).items() if value or key in ("files", "bytes")}
