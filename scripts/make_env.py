#!/usr/bin/env python3
"""Make the project's virtual environment: find a Python, install the lock that fits, compile it.

Runs on any Python 3.8 or newer and needs nothing but the standard library. Usage::

    python3 scripts/make_env.py [FOLDER] [--python PATH]

A second call does nothing while the lock, setup.py and the version are unchanged.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, NoReturn, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
STAMP = ".zenml-env.json"
OLDEST_UV = (0, 5)


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


def say(line: str) -> None:
    print(f"env: {line}", flush=True)


def run(command: List[str], **options: object) -> None:
    """Run a command; where it fails, say which and stop."""
    try:
        done = subprocess.run(command, **options)  # type: ignore[call-overload]
    except OSError as error:
        fail(f"env: could not run {command[0]}: {error}")
    if done.returncode:
        fail(f"env: failed with status {done.returncode}: {' '.join(command)}")


def glibc_version() -> Optional[Tuple[int, int]]:
    """The C library's version, or None where it is not glibc (musl, macOS, Windows)."""
    try:
        words = (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
        major, minor = words[1].split(".")[:2]
        return int(major), int(minor)
    except (AttributeError, ValueError, OSError, IndexError):
        return None


def probe(python: str) -> Optional[Dict[str, object]]:
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
        return dict(json.loads(done.stdout)) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.SubprocessError):
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


def world_of(facts: Dict[str, object], glibc: Tuple[int, int]) -> Optional[World]:
    """The world that an interpreter belongs to on this machine, if any."""
    version = facts["version"]
    assert isinstance(version, list)
    for world in WORLDS:
        if (
            facts["plain"]
            and version[0] == 3
            and version[1] in world.minors
            and glibc >= world.glibc
        ):
            return world
    return None


def choose(venv: Path, wanted: str) -> Tuple[str, Dict[str, object], World]:
    """Choose the interpreter: the one asked for, the environment's own, or the best found."""
    glibc = glibc_version()
    if platform.machine() not in ("x86_64", "AMD64") or glibc is None:
        fail(
            "env: TFX has wheels for Linux with glibc on x86-64 only; this is "
            f"{platform.system()} on {platform.machine()}.",
            "     Use such a machine, a virtual machine or a container.",
        )
    if wanted:
        facts = probe(shutil.which(wanted) or wanted)
        world = world_of(facts, glibc) if facts else None
        if facts is None or world is None:
            what = "does not run" if facts is None else f"is Python {dotted(facts)}"
            fail(f"env: PYTHON={wanted} {what}; wanted: {needs(glibc)}.")
        return str(facts["path"]), facts, world
    own = venv / "bin" / "python"
    facts = probe(str(own)) if own.exists() else None
    world = world_of(facts, glibc) if facts else None
    if facts is not None and world is not None:
        return str(own), facts, world
    seen: Dict[str, Optional[Dict[str, object]]] = {}
    for world in WORLDS:
        for minor in world.minors if glibc >= world.glibc else ():
            for path in candidates(minor):
                if path not in seen:
                    seen[path] = probe(path)
                facts = seen[path]
                if (
                    facts
                    and world_of(facts, glibc) is world
                    and dotted(facts).split(".")[1] == str(minor)
                ):
                    return str(facts["path"]), facts, world
    looked = [
        f"       {path}: {'Python ' + dotted(facts) if facts else 'does not run'}"
        for path, facts in seen.items()
    ]
    fail(
        f"env: no Python here that TFX has wheels for. Wanted: {needs(glibc)}.",
        *(["     Looked at:", *looked] if looked else []),
        "     Install one, any of these ways, and run make again:",
        "       uv python install 3.10",
        "       pyenv install 3.10",
        "     or name one that is elsewhere: make env PYTHON=/path/to/python3.10",
    )


def dotted(facts: Dict[str, object]) -> str:
    version = facts["version"]
    assert isinstance(version, list)
    return ".".join(str(part) for part in version)


def needs(glibc: Tuple[int, int]) -> str:
    """What serves on this machine, in words."""
    here = f"glibc {glibc[0]}.{glibc[1]}"
    if glibc >= WORLDS[0].glibc:
        return f"a 64-bit CPython 3.10 to 3.13 (this system has {here})"
    return f"a 64-bit CPython 3.10 (this system has {here}; Python 3.11 to 3.13 need 2.39)"


def need_system_packages(facts: Dict[str, object]) -> None:
    """Install git, a C++ compiler and Python's headers, or name what is missing."""
    missing = []
    if not shutil.which("git"):
        missing.append("git")
    if not (shutil.which("g++") or shutil.which("c++")):
        missing.append("g++")
    if not facts["headers"]:
        version = facts["version"]
        assert isinstance(version, list)
        missing.append(f"python3.{version[1]}-dev")
    if missing:
        apt_install(missing, "pyfarmhash, a dependency of TFX, is compiled on installation")


def apt_install(packages: List[str], why: str) -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        fail(
            f"env: missing from this system: {' '.join(packages)} ({why}).",
            f"     Install them, for example: sudo apt-get install {' '.join(packages)}",
        )
    say(f"installing system packages: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([apt, "update", "-qq"], env=environment)
    run([apt, "install", "-y", "-qq", *packages], env=environment, stdout=subprocess.DEVNULL)


def uv_runs(command: List[str]) -> bool:
    try:
        done = subprocess.run(
            [*command, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
        version = done.stdout.decode().split()[1].split(".")
        return done.returncode == 0 and (int(version[0]), int(version[1])) >= OLDEST_UV
    except (OSError, IndexError, ValueError):
        return False


def find_uv(python: str, venv: Path) -> List[str]:
    """The command that runs uv; where there is none, pip puts one into the environment."""
    own = venv / "uv" / "bin" / "uv"
    for command in (["uv"], [str(own)], [python, "-m", "uv"], [sys.executable, "-m", "uv"]):
        if uv_runs(command):
            return command
    say("installing uv")
    for pip in (python, sys.executable):
        # --target is what a Python that is managed by the distribution lets pip do.
        command = [pip, "-m", "pip", "install", "--quiet", "--target", str(venv / "uv"), "uv"]
        if subprocess.run(
            command, stderr=subprocess.DEVNULL, check=False
        ).returncode == 0 and uv_runs([str(own)]):
            return [str(own)]
    shutil.rmtree(venv / "uv", ignore_errors=True)
    for attempt in (1, 2):
        made = subprocess.run(
            [python, "-m", "venv", str(venv / "uv")], stdout=subprocess.DEVNULL, check=False
        )
        if made.returncode == 0:
            run([str(venv / "uv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"])
            return [str(own)]
        if attempt == 1:
            apt_install(["python3-venv"], "uv is installed with pip, and this Python has none")
    fail("env: could not install uv; install it by hand (pip install uv) and run make again.")


def fingerprint(lock: str) -> str:
    """A hash of everything that an installed environment depends on."""
    digest = hashlib.sha256()
    for path in (ROOT / "requirements" / lock, ROOT / "setup.py", ROOT / "zenml" / "version.py"):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_ready(venv: Path, wanted: str) -> bool:
    try:
        stamp = json.loads((venv / STAMP).read_text())
        same = stamp["root"] == str(ROOT) and stamp["hash"] == fingerprint(stamp["lock"])
    except (OSError, ValueError, KeyError):
        return False
    if wanted and (shutil.which(wanted) or wanted) not in (stamp["asked"], stamp["python"]):
        return False
    return bool(same) and (venv / "bin" / "python").exists()


def install(uv: List[str], venv: Path, lock: str) -> None:
    """Install the lock and the project, and leave no package without bytecode."""
    python = str(venv / "bin" / "python")
    environment = {**os.environ, "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "300")}
    environment.pop("VIRTUAL_ENV", None)
    # The setting keeps Python from writing bytecode: every process would compile TensorFlow anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    pip = [*uv, "pip", "install", "--quiet", "--python", python]
    run([*pip, "--compile-bytecode", "-r", str(ROOT / "requirements" / lock)], env=environment)
    # A plain path file: the finder that setuptools writes otherwise slows every start of Python.
    editable = ["--no-deps", "--no-build-isolation", "-C", "editable_mode=compat", "-e", str(ROOT)]
    run([*pip, *editable], env=environment)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the project's virtual environment.")
    parser.add_argument("venv", nargs="?", default=str(ROOT / ".venv"))
    parser.add_argument(
        "--python", default="", help="the Python to use instead of the best one found"
    )
    arguments = parser.parse_args()
    venv, wanted = Path(arguments.venv).absolute(), arguments.python
    if is_ready(venv, wanted):
        return
    if (
        venv.exists()
        and any(venv.iterdir())
        and not ((venv / "pyvenv.cfg").exists() or (venv / "uv").exists())
    ):
        fail(
            f"env: {venv} exists and is no virtual environment.",
            "     Name another folder: make VENV=FOLDER",
        )
    python, facts, world = choose(venv, wanted)
    need_system_packages(facts)
    venv.mkdir(parents=True, exist_ok=True)
    with open(venv / ".zenml-env.lock", "w") as guard:
        import fcntl  # Linux only, as are TFX's wheels; by now the platform has been checked

        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_ready(venv, wanted):
            return
        uv = find_uv(python, venv)
        if not python.startswith(str(venv)):
            run([*uv, "venv", "--quiet", "--allow-existing", "--python", python, str(venv)])
        say(f"Python {dotted(facts)} with TFX {world.tfx} in {venv} (minutes the first time)")
        install(uv, venv, world.lock)
        asked = (shutil.which(wanted) or wanted) if wanted else ""
        stamp = {
            "root": str(ROOT),
            "lock": world.lock,
            "hash": fingerprint(world.lock),
            "python": python,
            "asked": asked,
        }
        temporary = venv / f"{STAMP}.{os.getpid()}"
        temporary.write_text(json.dumps(stamp, indent=1) + "\n")
        os.replace(temporary, venv / STAMP)
    say("ready")


if __name__ == "__main__":
    main()
