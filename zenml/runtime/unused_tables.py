"""Kept tables, rows that were in memory, that nothing names any more."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from zenml.metadata import deletion
from zenml.repo import Repository
from zenml.runtime.workspace import Workspace

_NAME = re.compile(rb"sha256:[0-9a-f]{64}")
# Whatever the repository sets: no file counts as binary, and the first commit has changes too.
_LOG = ("-c", "log.showRoot=true", "log", "--all", "--format=", "--patch", "--no-color")
_AS_TEXT = ("--text", "--no-textconv", "--no-ext-diff", f"-G{_NAME.pattern.decode()}")
_WRITING = 3600.0  # seconds in which a table is written, and then named in a file


def unused_tables(roots: Iterable[str], stores: Iterable[Any]) -> list[tuple[Path, int]]:
    """The files of kept tables that may go.

    A table stays while a file of a pipelines folder names it, a commit of any branch or
    tag, or a node that a run or a commit of a datasource still has. In an artifact store
    outside of `.zenml/`, which others may use too, all stay.

    Args:
        roots: Folders of artifact stores.
        stores: The open metadata stores.

    Returns:
        Tables, and what is left of those whose writing was cut short, with their sizes in bytes.
    """
    from zenml.records.kept_tables import table_file
    from zenml.repo.kept_tables import FOLDER

    own = Path(Workspace.default().home, ".zenml")
    folders = [Path(root, FOLDER) for root in roots if own in Path(root).parents]
    old = [file for folder in folders for file in _old_files(folder)]
    if not old:
        return []
    names = {name.decode() for text in _texts(stores) for name in _NAME.findall(text)}
    named = {table_file(folder, name) for folder in folders for name in names}
    return [(file, size) for file, size in old if file not in named]


def _old_files(folder: Path) -> Iterator[tuple[Path, int]]:
    """What was written some time ago, with its size: who writes now names it in a moment."""
    before = time.time() - _WRITING
    for file in sorted(folder.glob("*")):
        try:
            told = os.stat(file)
        except FileNotFoundError:  # another process wrote it, and gave it its name just now
            continue
        if told.st_mtime < before:
            yield file, told.st_size


def _texts(stores: Iterable[Any]) -> Iterator[bytes]:
    """All in which the name of a table may stand."""
    repo = Repository.get_instance()
    git, pipelines = repo.get_git_wrapper(), str(repo.settings.pipelines_dir)
    for line in git.ask("worktree", "list", "--porcelain").decode().splitlines():
        word, _, tree = line.partition(" ")
        if word == "worktree":
            yield from (file.read_bytes() for file in Path(tree, pipelines).glob("*.yaml"))
    yield git.ask(*_LOG, *_AS_TEXT, "--", pipelines)
    for store in stores:
        without = deletion.forgotten(store)
        for execution in store.get_executions():
            if execution.id not in without:
                yield execution.SerializeToString()
