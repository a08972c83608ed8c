"""Code: the files behind a digest in a fingerprint, recorded once for each digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.metadata import contexts

KIND = "zenml_code"
_FILES, _UNDECORATED = "zenml_files", "zenml_undecorated"
_DIFF, _HEAD = "zenml_diff", "zenml_head"
_MOST = 100_000  # characters of a difference


@dataclass(frozen=True)
class Code:
    """The code that a step stands on.

    Attributes:
        files: Path from the repository's root -> name of its content in git.
        undecorated: Path -> sha256 without the decorators of steps and pipelines, of
            the files that have any: an edit of a decorator does not count.
        diff: What was not committed of it; the first 100,000 characters.
        head: The commit that `diff` starts from.

    Example:
        >>> Code({"mine.py": "1" * 40}, {"mine.py": "f" * 64}).counted
        {'mine.py': 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'}
    """

    files: dict[str, str] = field(default_factory=dict)
    undecorated: dict[str, str] = field(default_factory=dict)
    diff: str = ""
    head: str = ""

    @property
    def counted(self) -> dict[str, str]:
        """Path -> what the digest was made of."""
        return {**self.files, **self.undecorated}


def record(store: Any, codes: Mapping[str, Code]) -> None:
    """Records the code of digests that are not known yet, all in one transaction.

    Args:
        store: The open metadata store.
        codes: Digest -> code.
    """
    from ml_metadata import errors

    unknown = [digest for digest in codes if contexts.find(store, KIND, digest) is None]
    if not unknown:
        return
    kind = contexts.type_id(store, KIND)
    protos = [_proto(kind, digest, codes[digest]) for digest in unknown]
    try:
        store.put_contexts(protos)
    except errors.AlreadyExistsError:  # another run was first with one of them
        _record_singly(store, protos)


def _record_singly(store: Any, protos: Iterable[Any]) -> None:
    from ml_metadata import errors

    for proto in protos:
        try:
            store.put_contexts([proto])
        except errors.AlreadyExistsError:
            continue


def _proto(kind: int, digest: str, code: Code) -> Any:
    proto = metadata_store_pb2.Context(type_id=kind, name=digest)
    values = {
        _FILES: json.dumps(code.files),
        _UNDECORATED: json.dumps(code.undecorated) if code.undecorated else None,
        _DIFF: code.diff[:_MOST] or None,
        _HEAD: code.head or None,
    }
    contexts.set_values(proto.custom_properties, values)
    return proto


def read(store: Any, digest: str) -> Code | None:
    """The code of a digest; None where none was recorded: it is zenml's own, or older."""
    context = contexts.find(store, KIND, digest) if digest else None
    if context is None:
        return None
    values = contexts.get_values(context.custom_properties)
    return Code(
        json.loads(values.get(_FILES, "{}")),
        json.loads(values.get(_UNDECORATED, "{}")),
        str(values.get(_DIFF, "")),
        str(values.get(_HEAD, "")),
    )
