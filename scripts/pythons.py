"""Find the Python to make the environment with: one that runs, and that TFX has wheels for."""

from __future__ import annotations

import glob
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, NoReturn, Optional, Tuple


class Interpreter(NamedTuple):
    """What an interpreter says about itself."""

    path: str
    version: List[int]  # major, minor, micro
    plain: bool  # CPython of 64 bits, with its global lock
    headers: bool  # Python.h is there

    def __str__(self) -> str:
        return "Python " + ".".join(map(str, self.version))


class World(NamedTuple):
    """One set of packages that TFX has wheels for."""

    lock: str
    tfx: str
    minors: Tuple[int, ...]
    glibc: Tuple[int, int]


# The first that the machine can run is taken, and in it the newest Python.
WORLDS = (
    World("tfx-1.21.txt", "1.21", (13, 12, 11), (2, 39)),
    World("tfx-1.16-py310.txt", "1.16", (10,), (2, 17)),
)

# What a candidate says about itself. A pyenv shim may refuse to run: only running it tells.
PROBE = """
import json, os, struct, sys, sysconfig
print(json.dumps({
    "path": sys.executable,
    "version": list(sys.version_info[:3]),
    "plain": sys.implementation.name == "cpython" and struct.calcsize("P") == 8
             and not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "headers": os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")),
}))
"""


def fail(*lines: str) -> NoReturn:
    print("\n".join(lines), file=sys.stderr)
    raise SystemExit(1)


def glibc_version() -> Optional[Tuple[int, int]]:
    """The C library's version, or None where it is not glibc (musl, macOS, Windows)."""
    try:
        words = (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
        major, minor = words[1].split(".")[:2]
        return int(major), int(minor)
    except (AttributeError, ValueError, OSError, IndexError):
        return None


def probe(python: str) -> Optional[Interpreter]:
    """What an interpreter says about itself, or None where it does not run."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
        return Interpreter(**json.loads(done.stdout)) if done.returncode == 0 else None
    except (OSError, TypeError, ValueError, subprocess.SubprocessError):
        return None


def candidates(minor: int) -> Iterator[str]:
    """Paths where a Python 3.<minor> may be, the likeliest first."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in (f"python3.{minor}", "python3"):
            path = os.path.join(folder, name)
            if folder and os.access(path, os.X_OK):
                yield path
    home = os.path.expanduser("~")
    pyenv = os.environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv")
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    managed = os.environ.get("UV_PYTHON_INSTALL_DIR") or os.path.join(data, "uv", "python")
    for pattern in (
        os.path.join(pyenv, "versions", f"3.{minor}.*", "bin", "python"),
        os.path.join(managed, f"cpython-3.{minor}*", "bin", f"python3.{minor}"),
    ):
        yield from sorted(glob.glob(pattern), reverse=True)


def world_of(python: Optional[Interpreter], glibc: Tuple[int, int]) -> Optional[World]:
    """The world that an interpreter belongs to on this machine, if any."""
    if python is not None and python.plain and python.version[0] == 3:
        for world in WORLDS:
            if python.version[1] in world.minors and glibc >= world.glibc:
                return world
    return None


def choose(venv: Path, wanted: str) -> Tuple[Interpreter, World]:
    """Choose the interpreter: the one asked for, the environment's own, or the best found."""
    glibc = glibc_version()
    if platform.machine() not in ("x86_64", "AMD64") or glibc is None:
        fail(
            "env: TFX has wheels for Linux with glibc on x86-64 only; this is "
            f"{platform.system()} on {platform.machine()}.",
            "     Use such a machine, a virtual machine or a container.",
        )
    if wanted:
        python = probe(shutil.which(wanted) or wanted)
        world = world_of(python, glibc)
        if python is None or world is None:
            what = f"is {python}" if python else "does not run"
            fail(f"env: PYTHON={wanted} {what}; wanted: {needs(glibc)}.")
        return python, world
    own = venv / "bin" / "python"
    python = probe(str(own)) if own.exists() else None
    world = world_of(python, glibc)
    if python is not None and world is not None:
        return python, world
    return search(glibc)


def search(glibc: Tuple[int, int]) -> Tuple[Interpreter, World]:
    """Search the machine: the newest world first, and in it the newest Python."""
    seen: Dict[str, Optional[Interpreter]] = {}
    for world in WORLDS:
        for minor in world.minors if glibc >= world.glibc else ():
            for path in candidates(minor):
                if path not in seen:
                    seen[path] = probe(path)
                python = seen[path]
                if python and python.version[1] == minor and world_of(python, glibc) is world:
                    return python, world
    looked = [f"       {path}: {python or 'does not run'}" for path, python in seen.items()]
    fail(
        f"env: no Python here that TFX has wheels for. Wanted: {needs(glibc)}.",
        *(["     Looked at:", *looked] if looked else []),
        "     Install one, any of these ways, and run make again:",
        "       uv python install 3.10",
        "       pyenv install 3.10",
        "     or name one that is elsewhere: make env PYTHON=/path/to/python3.10",
    )
    raise AssertionError  # unreachable: fail() ends the program


def needs(glibc: Tuple[int, int]) -> str:
    """What serves on this machine, in words."""
    here = f"glibc {glibc[0]}.{glibc[1]}"
    if glibc >= WORLDS[0].glibc:
        return f"a 64-bit CPython 3.10 to 3.13 (this system has {here})"
    return f"a 64-bit CPython 3.10 (this system has {here}; Python 3.11 to 3.13 need 2.39)"
