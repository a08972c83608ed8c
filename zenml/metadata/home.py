"""The home of a store: the folder that its records have moved along with.

ML Metadata, and every tool that reads it, takes an artifact by its absolute path. The folder around
a store and its artifacts may be renamed, or copied to another machine. So the store records which
folder its paths are of, and where it finds itself in another one, they are written anew.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.errors import MetadataStoreError
from zenml.metadata import contexts, runs
from zenml.metadata.artifacts import WRITTEN

HOME = "zenml_home"
_NAME, _PATH = "home", "zenml_path"
_TIMEOUT = 30.0  # seconds, as ML Metadata waits for another process that writes
_RECORDED = """
SELECT property.string_value FROM ContextProperty AS property
JOIN Context ON Context.id = property.context_id JOIN Type ON Type.id = Context.type_id
WHERE Type.name = ? AND Context.name = ? AND property.name = ?
"""
# Not by LIKE, which overlooks upper and lower case and takes a % in a name for anything.
_MOVED = """
UPDATE {table} SET {column} = :new || substr({column}, length(:old) + 1)
WHERE {column} = :old OR substr({column}, 1, length(:old) + 1) = :old || '/'
"""
_PATHS = (
    ("Artifact", "uri"),
    ("ArtifactProperty", "string_value"),
    ("ExecutionProperty", "string_value"),
    ("ContextProperty", "string_value"),  # among them the home itself
)
_FILES = "UPDATE ArtifactProperty SET string_value = replace(string_value, ?, ?) WHERE name = ?"
_log = logging.getLogger("zenml")


def follow(store: Any, database: Path, home: Path) -> None:
    """Has the records name the files where they are now, if the home was moved or copied.

    While a run may be going on that knows the files by their former paths, nothing is changed.

    Args:
        store: The open metadata store.
        database: Its SQLite file, in the home.
        home: The folder that moves with its stores, usually the repository.

    Raises:
        MetadataStoreError: The records cannot be written.
    """
    before = _recorded(store)
    if before is None:
        _record(store, home)
    elif before != str(home):
        former = os.path.join(before, database.relative_to(home))
        is_there = os.path.exists(former)
        if is_there and os.path.samefile(former, database):  # one folder, under two names
            return
        if not is_there and (going_on := _running(store)):
            _log.warning(
                "The artifacts recorded in %s are not found: they were made in %s, where run %s is "
                "recorded as running. Wait for its end, or run `zenml init` here if it has ended.",
                database,
                before,
                going_on,
            )
            return
        move(database, home)


def move(database: Path, home: Path) -> None:
    """Writes the paths of a store anew for another home, all of them or none.

    Args:
        database: The SQLite file.
        home: The folder that it and the artifacts are in now.

    Raises:
        MetadataStoreError: The records cannot be written.
    """
    new = str(home)
    try:
        with closing(sqlite3.connect(database, timeout=_TIMEOUT)) as connection:
            connection.isolation_level = None  # the transaction is begun and ended here
            connection.execute("BEGIN IMMEDIATE")  # of two processes, the second finds it done
            found = connection.execute(_RECORDED, (HOME, _NAME, _PATH)).fetchone()
            if found is None or found[0] == new:
                return
            old = found[0]
            for table, column in _PATHS:
                query = _MOVED.format(table=table, column=column)
                connection.execute(query, {"old": old, "new": new})
            connection.execute(_FILES, (_in_json(old), _in_json(new), WRITTEN))
            connection.execute("COMMIT")
    except sqlite3.Error as exc:
        raise MetadataStoreError(
            f"Cannot write the records of {database} anew, which was moved to {home}: {exc}. Check "
            "that it can be written, and that no other process holds it."
        ) from exc
    _log.info("%s was moved from %s to %s, and its records with it.", database, old, home)


def _recorded(store: Any) -> str | None:
    context = contexts.find(store, HOME, _NAME)
    return None if context is None else context.custom_properties[_PATH].string_value


def _record(store: Any, home: Path) -> None:
    from ml_metadata import errors

    kind = contexts.type_id(store, HOME)
    context = metadata_store_pb2.Context(type_id=kind, name=_NAME)
    contexts.set_values(context.custom_properties, {_PATH: str(home)})
    try:
        store.put_contexts([context])
    except errors.AlreadyExistsError:  # another process was first
        return


def _running(store: Any) -> str:
    """A run that may be going on; "" where none is."""
    found = (run.name for run in runs.list_runs(store) if run.state == runs.RUNNING)
    return next(found, "")


def _in_json(folder: str) -> str:
    """How the path of a file in a folder begins in JSON."""
    return json.dumps(os.path.join(folder, ""))[:-1]
