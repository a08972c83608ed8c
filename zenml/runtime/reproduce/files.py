"""Compares folders file by file, where nothing is known of what they hold."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Sequence

from zenml.artifacts.store import files_of
from zenml.runtime.reproduce.values import unlike
from zenml.runtime.reproduce.verdict import DIFFERENT, IDENTICAL, Comparison

_BLOCK = 1 << 20


def compare_files(new: str, recorded: str, leave_out: Sequence[str] = ()) -> Comparison:
    """Whether two folders hold the same files, byte by byte.

    Args:
        new: Folder of what was made now.
        recorded: Folder of what was made then.
        leave_out: Patterns of paths in them that do not count.
    """
    names = [_names(folder, leave_out) for folder in (new, recorded)]
    for name in sorted(set(names[0]) ^ set(names[1])):
        return unlike(f"file {name}", *("there" if name in n else "missing" for n in names[::-1]))
    for name in names[0]:
        place = _first_byte(os.path.join(new, name), os.path.join(recorded, name))
        if place is not None:
            return Comparison(DIFFERENT, f"file {name} differs from byte {place:,} on")
    return Comparison(IDENTICAL)


def _names(folder: str, leave_out: Sequence[str]) -> list[str]:
    found = (os.path.relpath(entry.path, folder).replace(os.sep, "/") for entry in files_of(folder))
    return [name for name in found if not any(fnmatch.fnmatchcase(name, p) for p in leave_out)]


def _first_byte(one: str, other: str) -> int | None:
    """Where two files begin to differ; None where they do not."""
    position = 0
    with open(one, "rb") as left, open(other, "rb") as right:
        while True:
            a, b = left.read(_BLOCK), right.read(_BLOCK)
            if a != b:
                same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
                return position + (min(len(a), len(b)) if same is None else same)
            if not a:
                return None
            position += len(a)
