"""Kept tables, rows that were in memory, that nothing names any more."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from zenml.metadata import deletion
from zenml.repo import Repository
from zenml.runtime.workspace import Workspace

_NAME = re.compile(rb"sha256:[0-9a-f]{64}")
_WRITING = 3600.0  # seconds in which a table is written, and then named in a file


def unused_tables(roots: Iterable[str], stores: Iterable[Any]) -> list[Path]:
    """The files of kept tables that may go.

    A table stays while a file of a pipelines folder names it, a commit of any branch or
    tag, or a node that a run or a commit of a datasource still has. In an artifact store
    outside of `.zenml/`, which others may use too, all stay.

    Args:
        roots: Folders of artifact stores.
        stores: The open metadata stores.

    Returns:
        Tables, and what is left of those whose writing was cut short.
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
    return [file for file in old if file not in named]


def _old_files(folder: Path) -> list[Path]:
    """What was written some time ago: who writes now names it in a moment."""
    before = time.time() - _WRITING
    return [file for file in sorted(folder.glob("*")) if file.stat().st_mtime < before]


def _texts(stores: Iterable[Any]) -> Iterator[bytes]:
    """All in which the name of a table may stand."""
    repo = Repository.get_instance()
    git, pipelines = repo.get_git_wrapper(), str(repo.settings.pipelines_dir)
    for line in git.ask("worktree", "list", "--porcelain").decode().splitlines():
        word, _, tree = line.partition(" ")
        if word == "worktree":
            yield from (file.read_bytes() for file in Path(tree, pipelines).glob("*.yaml"))
    changes = ("--format=", "--patch", "--no-color", f"-G{_NAME.pattern.decode()}")
    yield git.ask("log", "--all", *changes, "--", pipelines)
    for store in stores:
        without = deletion.forgotten(store)
        for execution in store.get_executions():
            if execution.id not in without:
                yield execution.SerializeToString()
