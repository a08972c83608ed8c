"""An environment for each of the others, made once by uv from a lock beside this file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.flights import CACHE

LOCKS = Path(__file__).parent / "requirements"


class NotInstalledError(Exception):
    """An environment cannot be made; the message is the reason, in one line."""


def python_of(name: str) -> Path:
    """The Python of the environment of this name; made on first use, and when its lock changes.

    Args:
        name: Of the lock, `requirements/<name>.txt`.

    Returns:
        The path of the interpreter, of the same version as the one that measures.

    Raises:
        NotInstalledError: There is no uv, or it does not install.
    """
    lock = LOCKS / f"{name}.txt"
    key = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = CACHE / "environments" / f"{name}-{key}"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        uv = _uv()
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        # Without bytecode the first process would compile what the others read.
        options = ["--quiet", "--compile-bytecode", "--python", str(python)]
        _run([uv, "pip", "install", *options, "--requirement", str(lock)])
        done.touch()
    return python


def version_of(name: str) -> str:
    """The version that the lock pins of the package that `requirements/<name>.in` asks for."""
    lines = (LOCKS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return next(line.split("==")[1] for line in lines if "==" in line and line[0] != "#")


def _uv() -> str:
    beside = Path(sys.executable).parent.parent / "uv" / "bin" / "uv"
    found = shutil.which("uv") or (str(beside) if beside.exists() else None)
    if found is None:
        raise NotInstalledError("there is no uv to install it with")
    return found


def _run(command: list[str]) -> None:
    variables = {**os.environ, "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "300")}
    # Of this environment; uv would take it for the one to install into.
    variables.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, env=variables, text=True, capture_output=True, check=False)
    if done.returncode:
        words = " ".join(done.stderr.split()) or f"status {done.returncode}"
        raise NotInstalledError(f"it does not install: {words[:300]}")
