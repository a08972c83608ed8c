r"""What was not committed when a run began, out of the difference that was kept of it.

The difference names the contents before and after, so what is made of it can be
checked: a content that does not have the name that git gave it is not used.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from zenml.repo.tree import blob_hash

_FILE = re.compile(rb'^diff --git (?:a/.+ b/(?P<path>.+)|"?a/.+"? "b/(?P<quoted>.+)")$')
_INDEX = re.compile(rb"^index ([0-9a-f]+)\.\.([0-9a-f]+)")
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")
_NODES = re.compile(rb"^# (.+)$")


@dataclass
class Patch:
    """What is not committed of one file.

    Attributes:
        path: From the repository's root.
        nodes: Names of the nodes that stand on it.
        before: Name of the content that is committed; zeros for a new file.
        after: Name of the content that ran; zeros for a file that was removed.
        lines: The hunks.

    Example:
        >>> Patch("steps.py", after="0" * 40).is_removed
        True
    """

    path: str
    nodes: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    lines: list[bytes] = field(default_factory=list, repr=False)

    @property
    def is_new(self) -> bool:
        """Whether no commit had the file."""
        return not self.before.strip("0")

    @property
    def is_removed(self) -> bool:
        """Whether the file was not there any more."""
        return not self.after.strip("0")

    def apply(self, content: bytes) -> bytes | None:
        """The content that ran, made of the one that is committed; None if it cannot be."""
        made = _applied(list(io.BytesIO(content)), self.lines)
        return made if made is not None and blob_hash(made, len(self.after)) == self.after else None


def read_patches(text: bytes) -> list[Patch]:
    """The files of a difference, as a run keeps it beside its artifacts.

    Args:
        text: Of `unpinned.diff`; a line "# one, two" names the nodes that what comes
            next is of.
    """
    found: list[Patch] = []
    nodes: tuple[str, ...] = ()
    for line in text.split(b"\n"):
        named = _NODES.match(line)
        begun = _FILE.match(line)
        if named:
            nodes = tuple(named[1].decode("utf-8", errors="replace").split(", "))
        elif begun:
            found.append(Patch(_path(begun), nodes))
        elif found and not found[-1].lines and (index := _INDEX.match(line)):
            found[-1].before, found[-1].after = index[1].decode(), index[2].decode()
        elif found and (found[-1].lines or line.startswith(b"@@ ")):
            found[-1].lines.append(line)
    return found


def contents_of(patches: list[Patch], known: Mapping[str, bytes]) -> dict[str, bytes]:
    """Name of a content that ran -> the content, of those that can be made again.

    Args:
        patches: What was not committed.
        known: Name -> content, of what is committed.
    """
    made: dict[str, bytes] = {}
    for patch in patches:
        base = b"" if patch.is_new else known.get(patch.before)
        content = patch.apply(base) if base is not None and not patch.is_removed else None
        if content is not None:
            made[patch.after] = content
    return made


def _path(begun: re.Match[bytes]) -> str:
    """The file that a difference begins with; git writes unusual names as C does."""
    path = begun["path"]
    if path is None:
        path = begun["quoted"].decode("unicode_escape").encode("latin-1")
    return path.decode("utf-8", errors="replace")


def _applied(old: list[bytes], lines: list[bytes]) -> bytes | None:
    """What hunks make of the lines of a file; None where they do not fit."""
    new: list[bytes] = []
    position = 0
    for start, changes in _hunks(lines):
        new += old[position:start]
        position = start
        for sign, line in changes:
            if sign != b"+":
                if old[position : position + 1] != [line]:
                    return None
                position += 1
            if sign != b"-":
                new.append(line)
    return b"".join([*new, *old[position:]])


def _hunks(lines: list[bytes]) -> list[tuple[int, list[tuple[bytes, bytes]]]]:
    """Where each hunk begins in the old lines; the sign and the text of each line of it."""
    found: list[tuple[int, list[tuple[bytes, bytes]]]] = []
    for line in lines:
        head, sign = _HUNK.match(line), line[:1]
        if head:
            first, count = int(head[1]), int(head[2] or 1)
            found.append((first - 1 if count else first, []))
        elif found and sign in (b" ", b"+", b"-"):
            found[-1][1].append((sign, line[1:] + b"\n"))
        elif found and sign == b"\\":  # no end of line there
            last = found[-1][1].pop()
            found[-1][1].append((last[0], last[1][:-1]))
    return found
