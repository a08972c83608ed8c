"""The home of a store: the folder that its records have moved along with.

ML Metadata, and every tool that reads it, takes an artifact by its absolute path. The folder around
a store and its artifacts may be renamed, or copied to another machine. So the store records which
folder its paths are of, and where it lies in it. Where it finds itself in another folder, at the
same place, they are written anew.
"""

from __future__ import annotations

import functools
import logging
import os
from pathlib import Path
from typing import Any

from zenml.errors import MetadataStoreError
from zenml.metadata import artifacts, contexts, runs
from zenml.metadata.moving import DATABASE, HOME, NAME, PATH, home_left, move, place_in

_READ_ONLY = "readonly database"  # in what SQLite says
_AT_LEAST = 3  # names at the end of a path that say which file it is
_log = logging.getLogger("zenml")


def follow(store: Any, database: Path, home: Path) -> None:
    """Has the records name the files where they are now, if the home was moved or copied.

    While a run may be going on that knows the files by their former paths, nothing is changed;
    nor where the database cannot be written, which is warned of.

    Args:
        store: The open metadata store.
        database: Its SQLite file, in the home.
        home: The folder that moves with its stores, usually the repository.

    Raises:
        MetadataStoreError: The records cannot be written, though the file can.
    """
    from ml_metadata import errors

    try:
        _follow(store, database, home)
    except (errors.StatusError, MetadataStoreError) as exc:
        if _READ_ONLY not in str(exc):
            raise
        _warn_read_only(database)


def refuse_moved(store: Any, database: Path, home: Path) -> None:
    """Refuses a store whose records name the files where they were, not where they are.

    Args:
        store: The open metadata store.
        database: Its SQLite file.
        home: The folder that it lies in.

    Raises:
        MetadataStoreError: Says what to do.
    """
    if before := _elsewhere(store, _recorded(store), database, home):
        raise MetadataStoreError(
            f"{database} names the files of its artifacts in {before}, and lies in {home} now. If "
            "nothing runs there, run `zenml init` here; if its records still do not follow, move "
            "the folder back."
        )


def _follow(store: Any, database: Path, home: Path) -> None:
    recorded = _recorded(store)
    before = _elsewhere(store, recorded, database, home)
    if not before:
        values = {PATH: str(home), DATABASE: place_in(database, home)}
        if recorded.get(PATH, str(home)) == str(home) and recorded != values:
            contexts.set_properties(store, contexts.ensure(store, HOME, NAME), values)
    elif not recorded:
        _log.warning(
            "The artifacts recorded in %s are not found: it was moved from %s before it recorded "
            "where it lies. Move the folder back there, run `zenml run list` in it, and move it "
            "again.",
            database,
            before,
        )
    elif not home_left(recorded, database, home):
        _log.warning(
            "The artifacts recorded in %s are not found: they were made in %s, in another "
            "repository, of which it was %s. Run `zenml init` in that one, where it lies now.",
            database,
            before,
            recorded[DATABASE],
        )
    else:
        there = os.path.exists(_file(recorded, database, home))
        is_copy = there and not _is_here(recorded, database, home)
        if not is_copy:
            runs.list_runs(store)  # marks what ended without a word
        if going_on := move(database, home, wait=not is_copy):
            _log.warning(
                "The artifacts recorded in %s are not found: they were made in %s, and run %s is "
                "recorded as running, here or there. Their records follow when it has ended; if "
                "it ended without a word, run `zenml init` here.",
                database,
                before,
                going_on,
            )


def _elsewhere(store: Any, recorded: dict[str, str], database: Path, home: Path) -> str:
    """The folder that the records name the files in, "" where that is the one they are in."""
    if not recorded:
        return _moved_before(store, home)
    if recorded[PATH] == str(home):
        return ""
    # One folder may have two names. Where it was moved and a link left behind, its own counts.
    if _is_here(recorded, database, home) and os.path.realpath(recorded[PATH]) != str(home):
        return ""
    return recorded[PATH]


def _is_here(recorded: dict[str, str], database: Path, home: Path) -> bool:
    """Whether what is recorded leads to this very database, by whatever name."""
    file = _file(recorded, database, home)
    return os.path.exists(file) and os.path.samefile(file, database)


def _file(recorded: dict[str, str], database: Path, home: Path) -> str:
    """Where the database was."""
    return os.path.join(recorded[PATH], recorded[DATABASE] or place_in(database, home) or "")


def _moved_before(store: Any, home: Path) -> str:
    """Where the files were that are in the home now and are recorded elsewhere; else ""."""
    for artifact in map(artifacts.from_proto, store.get_artifacts()):
        if not artifact.live or os.path.lexists(artifact.uri):
            continue
        names = Path(artifact.uri).parts
        for first in range(1, len(names) - _AT_LEAST + 1):
            if os.path.lexists(os.path.join(home, *names[first:])):
                return os.path.join(*names[:first])
    return ""


def _recorded(store: Any) -> dict[str, str]:
    """The home, and where the database lies in it; empty where none is recorded."""
    context = contexts.find(store, HOME, NAME)
    values = contexts.get_values(context.custom_properties) if context is not None else {}
    return {key: values.get(key, "") for key in (PATH, DATABASE)} if values else {}


@functools.cache
def _warn_read_only(database: Path) -> None:
    """Once: a store is opened many times."""
    _log.warning(
        "%s cannot be written. What it has recorded can be asked for; if its folder was moved or "
        "copied, its artifacts are found where they were.",
        database,
    )
