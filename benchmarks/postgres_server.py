"""A PostgreSQL server for a while: its own data folder, a free port, no other user's business."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_DEBIAN = "/usr/lib/postgresql"  # /<version>/bin, which is not on the path
_TRIES = 3  # to get a port
_PATIENCE = 120  # seconds that it has to start in
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "20",
    "autovacuum": "off",
    "lc_messages": "C",
}


class PostgresServer:
    """A running server.

    Attributes:
        port: On the loopback interface, where every user needs a password.
        folder: Holds the data, and the socket over which the superuser `postgres`
            logs in without one.
        password: Of the user `reader`, who may log in and owns nothing.
    """

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self.password = f"pw-{secrets.token_hex(8)}"

    def connect(self, database: str = "postgres") -> Any:
        """A connection of the superuser, each statement committed at once."""
        import psycopg

        return psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def sql(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs statements as the superuser; the rows of the last, if it gives any."""
        with self.connect(database) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, of the newest version there is."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    versions = sorted(Path(_DEBIAN).glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(4))
    return ([*found, *(path.parent for path in versions)] or [None])[-1]


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts a server, and stops it by its process id.

    Raises:
        RuntimeError: It is not installed, or does not start.
    """
    home = programs()
    if home is None:
        raise RuntimeError("there is no PostgreSQL here: apt-get install postgresql")
    # The path of a socket must be short, so it is not below pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="zenml-pg-"))
    user = _user(folder)
    data = str(folder / "data")
    setup = [str(home / "initdb"), "-D", data, "-U", "postgres", "--no-sync", "--no-instructions"]
    setup += ["--auth-local=trust", "--auth-host=scram-sha-256", "--locale=C.UTF-8", "-E", "UTF8"]
    try:
        subprocess.run(setup, check=True, capture_output=True, cwd=folder, **user)
        with _started(home, folder, user) as server:
            server.sql(f"CREATE ROLE reader LOGIN PASSWORD '{server.password}'")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _started(home: Path, folder: Path, user: dict[str, Any]) -> Iterator[PostgresServer]:
    """The server at a free port; at another one where somebody takes that before it does."""
    for _ in range(_TRIES):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            server = PostgresServer(free.getsockname()[1], folder)
        call = [str(home / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
        call += ["-p", str(server.port)]
        call += [word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}")]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(call, stdout=log, stderr=log, cwd=folder, **user)
        try:
            if _answers(server, process):
                yield server
                return
        finally:
            process.terminate()
            process.wait()
    log_text = (folder / "log").read_text()[-2000:]
    raise RuntimeError(f"PostgreSQL did not start:\n{log_text}")


def _user(folder: Path) -> dict[str, Any]:
    """Somebody else for the processes, where we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    other = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, other.pw_uid, other.pw_gid)
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def _answers(server: PostgresServer, process: subprocess.Popen[bytes]) -> bool:
    """Waits until it does; False where it ended instead."""
    import psycopg

    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.sql("SELECT 1")
            return True
        except psycopg.OperationalError:
            time.sleep(0.05)
    return False
