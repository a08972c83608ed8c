"""Writing the paths of a moved store anew, in one transaction of its SQLite file."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from zenml.errors import MetadataStoreError
from zenml.metadata import contexts, runs
from zenml.metadata.artifacts import WRITTEN

HOME = "zenml_home"
NAME, PATH, DATABASE = "home", "zenml_path", "zenml_database"
_TIMEOUT = 30.0  # seconds, as ML Metadata waits for another process that writes
_RECORDED = """
SELECT property.name, property.string_value FROM ContextProperty AS property
JOIN Context ON Context.id = property.context_id JOIN Type ON Type.id = Context.type_id
WHERE Type.name = ? AND Context.name = ?
"""
_RUNNING = """
SELECT Context.name FROM ContextProperty AS state
JOIN Context ON Context.id = state.context_id JOIN Type ON Type.id = Context.type_id
WHERE Type.name = ? AND state.name = 'zenml_state' AND state.string_value = ? AND NOT EXISTS (
    SELECT 1 FROM ContextProperty AS mark WHERE mark.context_id = Context.id AND mark.name = ?
) ORDER BY Context.id DESC
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


def place_in(database: Path, home: Path) -> str | None:
    """Where a database lies in a home, as the disk has it; None where it does not.

    A link that leads out of the home, and a path with "..", are followed: what they lead to
    does not go where the home goes.
    """
    file, folder = database.resolve(), home.resolve()
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else None


def home_left(recorded: Mapping[str, str], database: Path, home: Path) -> str:
    """The home that is recorded, if the store has left it for this one; else "".

    It has not where the database lies elsewhere in this one than in the recorded one: then it
    is the store of another folder.
    """
    before, inside = recorded.get(PATH, ""), place_in(database, home)
    same_place = inside is not None and (recorded.get(DATABASE) or inside) == inside
    return before if same_place and before != str(home) else ""


def move(database: Path, home: Path, *, wait: bool = False) -> str:
    """Writes the paths of a store anew for another home, all of them or none.

    Nothing is done where the home is recorded already, or the store is that of another folder.

    Args:
        database: The SQLite file.
        home: The folder that it and the artifacts are in now.
        wait: Whether nothing is done either while a run is recorded as running.

    Returns:
        The name of that run, "" where none is waited for.

    Raises:
        MetadataStoreError: The records cannot be written.
    """
    try:
        with closing(sqlite3.connect(database, timeout=_TIMEOUT)) as connection:
            connection.isolation_level = None  # the transaction is begun and ended here
            if not home_left(_recorded(connection), database, home):
                return ""
            connection.execute("BEGIN IMMEDIATE")  # of two processes, the second finds it done
            old = home_left(_recorded(connection), database, home)
            if not old:
                return ""
            if wait and (run := _running(connection)):
                return run
            _write(connection, old, str(home))
            connection.execute("COMMIT")
    except sqlite3.Error as exc:
        raise MetadataStoreError(
            f"Cannot write the records of {database} anew, which was moved to {home}: {exc}. Check "
            "that it can be written, and that no other process holds it."
        ) from exc
    _log.info("%s was moved from %s to %s, and its records with it.", database, old, home)
    return ""


def _recorded(connection: sqlite3.Connection) -> dict[str, str]:
    """The home, and where the database lies in it; empty where none is recorded."""
    return dict(connection.execute(_RECORDED, (HOME, NAME)).fetchall())


def _running(connection: sqlite3.Connection) -> str:
    """A run that may be going on; "" where none is."""
    asked = (contexts.PIPELINE_RUN, runs.RUNNING, runs.DELETED)
    found = connection.execute(_RUNNING, asked).fetchone()
    return found[0] if found else ""


def _write(connection: sqlite3.Connection, old: str, new: str) -> None:
    for table, column in _PATHS:
        query = _MOVED.format(table=table, column=column)
        connection.execute(query, {"old": old, "new": new})
    connection.execute(_FILES, (_in_json(old), _in_json(new), WRITTEN))


def _in_json(folder: str) -> str:
    """How the path of a file in a folder begins in JSON."""
    return json.dumps(os.path.join(folder, ""))[:-1]
