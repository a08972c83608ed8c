"""The newest commit that touched any of many files, in one pass over the history.

`git log -1 -- FILES` compares every file with every entry of every tree on the
way: with dozens of files and thousands of commits that takes seconds. Here git
is asked for the changes below a few folders, and the files are looked up in a
set. The rule by which merges are walked is git's own: a parent in which all the
files are the same is followed alone, because the others changed nothing that
lasted.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

_FEW = 4
_QUOTED = {'"', "\\", "\t", "\n", "\r"}
_MAX_FOLDERS = 8
_MAX_DEPTH = 4
_HEAD = re.compile(r"^([0-9a-f]{40,64})((?: [0-9a-f]{40,64})*)(?: \(from ([0-9a-f]+)\))?(?: |$)")
COMMAND = (
    "-c", "log.showRoot=true", "-c", "core.quotePath=false", "log", "--pretty=oneline",
    "--no-abbrev-commit", "--no-decorate", "--parents", "-m", "--name-only", "--no-renames",
    "--no-show-signature", "--no-notes", "--no-mailmap",
)  # fmt: skip


@dataclass
class _Entry:
    """A commit: for each parent, whether any of the files differs from it."""

    parents: list[str]
    touched: dict[str, bool] = field(default_factory=dict)


def can_walk(paths: set[str]) -> bool:
    """Whether the walk pays, and git would print all the paths as they are."""
    return len(paths) > _FEW and not any(set(path) & _QUOTED for path in paths)


def folders_of(paths: set[str]) -> list[str]:
    """A few folders (or files) that hold all the paths; none where that would be everything.

    Example:
        >>> folders_of({"src/app/a.py", "src/app/b.py", "run.py"})
        ['run.py', 'src/app/a.py', 'src/app/b.py']
        >>> folders_of({f"src/app/mod{n}.py" for n in range(20)})
        ['src/app']
    """
    for depth in range(_MAX_DEPTH, 0, -1):
        found = {"/".join(path.split("/")[:depth]) for path in paths}
        if len(found) <= _MAX_FOLDERS:
            return sorted(found)
    return []


def newest_touching(process: subprocess.Popen[bytes], paths: set[str]) -> str | None:
    """Walks the output of git's `COMMAND` for `folders_of(paths)`, as far as it has to.

    Raises:
        LookupError: The output does not tell.
    """
    assert process.stdout is not None
    lines = (line.decode("utf-8", errors="replace").rstrip("\n") for line in process.stdout)
    known: dict[str, _Entry] = {}
    wanted = ""
    for sha in _entries(lines, paths, known):
        wanted = wanted or sha
        while wanted in known:
            entry = known[wanted]
            if not entry.parents:
                return wanted if entry.touched.get("") else None
            same = [parent for parent in entry.parents if not entry.touched.get(parent)]
            if not same:
                return wanted
            wanted = same[0]
    if wanted:
        raise LookupError(wanted)
    return None


def _entries(lines: Iterator[str], paths: set[str], known: dict[str, _Entry]) -> Iterator[str]:
    """Fills `known` commit by commit; gives each name once the commit is read whole."""
    sha, parent = "", ""
    entry = _Entry([])
    for line in lines:
        head = _HEAD.match(line)
        if head is None:
            if line in paths:
                entry.touched[parent] = True
            continue
        if head[1] != sha:  # a merge comes once for each parent that it differs from
            if sha:
                known[sha] = entry
                yield sha
            sha, entry = head[1], _Entry(head[2].split())
        first = entry.parents[0] if entry.parents else ""
        parent = head[3] if head[3] in entry.parents else first
    if sha:
        known[sha] = entry
        yield sha
