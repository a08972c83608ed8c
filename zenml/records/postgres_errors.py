"""Errors of PostgreSQL and its client, in the words of this project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from zenml.errors import DataError

# Words of the server or of its client -> what to do about it.
_CONNECTING = {
    "password authentication failed": "Check the user's name and password.",
    "no password supplied": (
        'Give a password: password="${env:NAME}" names a variable that holds it, and without '
        "one PGPASSWORD is read."
    ),
    "no pg_hba.conf entry": "The server lets this user in from elsewhere only: see pg_hba.conf.",
    "does not exist": "Check the names of the database and of the user.",
    "resolve host": "Check the name of the host.",
    "translate host": "Check the name of the host.",
    "refused": "Check that the server runs, and that host and port are its own.",
    "timeout": "Check that host and port can be reached from here.",
    "too many": "Try again when others have disconnected.",
}
_ANYTHING = "Check host, port, database, user and password."


@contextmanager
def connecting(where: str) -> Iterator[None]:
    """Raises a DataError in the place of a connection that is not made.

    Args:
        where: The database: user@host:port/database.
    """
    try:
        yield
    except psycopg.Error as exc:
        hint = next((hint for words, hint in _CONNECTING.items() if words in str(exc)), _ANYTHING)
        raise DataError(
            f"Cannot connect to the PostgreSQL database {where}: {_said(exc)}. {hint}"
        ) from exc


@contextmanager
def reading(where: str, what: str, rows: Callable[[], int]) -> Iterator[None]:
    """Raises a DataError in the place of what goes wrong while rows are read.

    Args:
        where: The database: user@host:port/database.
        what: The table or query.
        rows: How many rows were read so far.
    """
    name = what[:1].upper() + what[1:]
    try:
        yield
    except errors.InsufficientPrivilege as exc:
        raise DataError(
            f"The user may not read {what} ({_said(exc)}): let somebody who owns it "
            "GRANT SELECT on it."
        ) from exc
    except errors.ReadOnlySqlTransaction as exc:
        raise DataError(f"{name} writes ({_said(exc)}); a source may only be read.") from exc
    except (errors.UndefinedColumn, errors.UndefinedTable, errors.SyntaxError) as exc:
        raise DataError(f"{name} is refused: {_said(exc)}. Correct it.") from exc
    except UnicodeDecodeError as exc:
        raise DataError(
            f"{name} holds text that is not UTF-8 (byte 0x{exc.object[exc.start]:02x}): the "
            "database has no encoding of its own; convert the column in a query."
        ) from exc
    except psycopg.OperationalError as exc:
        raise DataError(
            f"The connection to {where} was lost while {what} was read, after {rows():,} rows: "
            f"{_said(exc)}. Nothing was committed; read it again."
        ) from exc
    except psycopg.Error as exc:
        done = f" after {rows():,} rows" if rows() else ""
        raise DataError(
            f"{name} cannot be read{done}: {_said(exc)}. Nothing was committed."
        ) from exc


def _said(exc: psycopg.Error) -> str:
    """The server's words, in one line and without their severity."""
    text = exc.diag.message_primary or str(exc)
    line = next((line.strip() for line in text.splitlines() if line.strip()), type(exc).__name__)
    return line.rpartition("FATAL: ")[2].strip().rstrip(".")
