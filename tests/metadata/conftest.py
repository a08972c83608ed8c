"""Metadata stores to test against: a SQLite file, and a MariaDB server of the tests' own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.waiting import until
from zenml.metadata import MetadataStore, MySQLMetadataStore, SQLiteMetadataStore

_PLACES = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec"]
_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "test_packages.sh"


def _find(*names: str) -> str | None:
    path = os.pathsep.join([os.environ.get("PATH", ""), *_PLACES])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        port: On the loopback interface.
        socket: Its local socket, over which root logs in without a password.
        password: Of the user `ml`.
        client: The command line client.
    """

    port: int
    socket: Path
    password: str
    client: str

    def sql(self, statement: str) -> None:
        call = [self.client, "--no-defaults", f"--socket={self.socket}", "--user=root"]
        subprocess.run([*call, f"--execute={statement}"], check=True, capture_output=True)

    def answers(self) -> bool:
        try:
            self.sql("SELECT 1")
        except subprocess.CalledProcessError:
            return False
        return True


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A MariaDB server on a loopback port, with its own data folder; stopped by its pid."""
    if _find("mariadbd", "mysqld") is None and os.geteuid() == 0:
        subprocess.run(["sh", str(_SCRIPT)], check=False)
    server = _find("mariadbd", "mysqld")
    install = _find("mariadb-install-db", "mysql_install_db")
    client = _find("mariadb", "mysql")
    if server is None or install is None or client is None:
        pytest.skip("no MariaDB server here: install mariadb-server, or run the tests as root")
    # The path of a socket must be short, so it is not below pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="zenml-db-"))
    user = ["--user=root"] if os.geteuid() == 0 else []
    data = f"--datadir={folder / 'data'}"
    setup = [install, "--no-defaults", data, "--auth-root-authentication-method=normal", *user]
    subprocess.run([*setup, "--skip-test-db"], check=True, capture_output=True)
    try:
        with _started(server, folder, user, client) as running:
            running.sql(
                f"CREATE USER 'ml'@'127.0.0.1' IDENTIFIED BY '{running.password}'; "
                "GRANT ALL ON *.* TO 'ml'@'127.0.0.1'"
            )
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(program: str, folder: Path, user: list[str], client: str) -> Iterator[Server]:
    """The server at a free port; at another one where somebody takes that before it does."""
    for _ in range(3):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        call = [
            program, "--no-defaults", f"--datadir={folder / 'data'}", f"--socket={folder / 's'}",
            f"--port={port}", "--bind-address=127.0.0.1", f"--pid-file={folder / 'pid'}",
            "--skip-name-resolve", "--innodb-buffer-pool-size=32M", "--innodb-fast-shutdown=2",
            "--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite",
            "--innodb-flush-method=nosync", *user,
        ]  # fmt: skip
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(call, stdout=log, stderr=log)
        running = Server(port, folder / "s", secrets.token_hex(8), client)
        try:
            until(lambda each=running, its=process: each.answers() or its.poll() is not None)
            if process.poll() is None:
                yield running
                return
        finally:
            process.terminate()
            process.wait()
    pytest.fail(f"MariaDB did not start:\n{(folder / 'log').read_text()[-2000:]}")


@pytest.fixture
def mysql_arguments(mariadb: Server, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Arguments of a store on an empty database; its password is in the environment."""
    database = f"ml_{secrets.token_hex(6)}"
    mariadb.sql(f"CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    monkeypatch.setenv("ZENML_TEST_PASSWORD", mariadb.password)
    return {
        "database": database,
        "username": "ml",
        "password": "$ZENML_TEST_PASSWORD",
        "port": mariadb.port,
    }


@pytest.fixture(params=["sqlite", "mysql"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], MetadataStore]:
    """Makes a new object for the same empty database at every call."""
    if request.param == "sqlite":
        path = str(tmp_path / "new" / "metadata.db")
        return lambda: SQLiteMetadataStore(uri=path)
    arguments = request.getfixturevalue("mysql_arguments")
    return lambda: MySQLMetadataStore(**arguments)


@pytest.fixture
def config(make_store: Callable[[], MetadataStore]) -> MetadataStore:
    """The metadata store under test."""
    return make_store()
