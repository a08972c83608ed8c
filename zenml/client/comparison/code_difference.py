"""The files that steps stood on, and how they differ."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any

Place = tuple[str, str | None, str | None]  # path, and names of its content in either run


@dataclass(frozen=True)
class StepCode:
    """The files that a step stood on.

    Attributes:
        files: Path -> name of the content in git.
        gone: Paths that only a commit had, and the working tree of then had not.
        is_whole: Whether these are all; else those that were not committed.
        unknown: Why it is not known, or "".

    Example:
        >>> StepCode({"steps.py": "0123456789"}).is_whole
        True
    """

    files: dict[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    is_whole: bool = True
    unknown: str = ""

    def knows(self, path: str) -> bool:
        """Whether it is known what it had under a path."""
        return self.is_whole or path in self.files or path in self.gone


@dataclass(frozen=True)
class FileDifference:
    r"""One file of the code in two runs.

    Attributes:
        path: From the repository's root.
        a: Name of its content in the first run; None where the steps did not stand on it.
        b: The same in the second run.
        steps: Names of the steps that stand on it.
        diff: The difference as text, in unified form.
        unknown: Why there is none, or "".

    Example:
        >>> FileDifference("a.py", "1", "2", ("fit",), "--- a\n+++ b\n+x\n+y\n-z\n").counts
        (2, 1)
    """

    path: str
    a: str | None
    b: str | None
    steps: tuple[str, ...]
    diff: str = ""
    unknown: str = ""

    @property
    def counts(self) -> tuple[int, int]:
        """The number of lines that are new, and of those that are gone."""
        signs = [line[:1] for line in self.diff.split("\n")[2:]]
        return signs.count("+"), signs.count("-")

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        plain = {"path": self.path, "a": self.a, "b": self.b, "steps": list(self.steps)}
        return {**plain, "diff": self.diff, **({"unknown": self.unknown} if self.unknown else {})}


def changed_files(a: StepCode, b: StepCode) -> list[Place]:
    """Path and names of its two contents, of each file that is known of both and differs."""
    paths = sorted(path for path in _paths(a, b) if a.knows(path) and b.knows(path))
    pairs = ((path, a.files.get(path), b.files.get(path)) for path in paths)
    return [pair for pair in pairs if pair[1] != pair[2]]


def unknown_files(a: StepCode, b: StepCode) -> list[str]:
    """The files that changed in one of two, and of which the other does not tell."""
    return sorted(path for path in _paths(a, b) if not (a.knows(path) and b.knows(path)))


def _paths(a: StepCode, b: StepCode) -> set[str]:
    """All paths; where not all are known of a run, those that were not committed."""
    told = [one for one in (a, b) if not one.is_whole] or [a, b]
    return {path for one in told for path in {*one.files, *one.gone}}


def text_of(contents: dict[str, bytes], blob: str | None) -> str | None:
    """The text of a content, "" of a file that is not there; None where nobody has it."""
    if blob is None:
        return ""
    content = contents.get(blob)
    return None if content is None else content.decode("utf-8", errors="replace")


def file_difference(
    place: Place, steps: tuple[str, ...], old: str | None, new: str | None
) -> FileDifference:
    """The difference of one file, whose two texts are known or not."""
    path, a, b = place
    if old is None or new is None:
        which = "first" if old is None else "second"
        return FileDifference(
            path, a, b, steps, unknown=f"git does not have what the {which} run used"
        )
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    left, right = f"a/{path}" if a else "/dev/null", f"b/{path}" if b else "/dev/null"
    lines = difflib.unified_diff(before, after, left, right)
    diff = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    return FileDifference(path, a, b, steps, diff)
