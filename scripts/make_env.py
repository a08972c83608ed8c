#!/usr/bin/env python3
"""Make the project's virtual environment: find a Python, install the lock that fits, compile it.

Runs on any Python 3.8 or newer and needs nothing but the standard library. Usage::

    python3 scripts/make_env.py [FOLDER] [--python PATH]

A second call does nothing while the lock, setup.py and the version are unchanged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

from pythons import Interpreter, choose, fail

ROOT = Path(__file__).resolve().parent.parent
STAMP = ".zenml-env.json"
OLDEST_UV = (0, 5)


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


def need_system_packages(python: Interpreter) -> None:
    """Install git, a C++ compiler and Python's headers, or name what is missing."""
    missing = []
    if not shutil.which("git"):
        missing.append("git")
    if not (shutil.which("g++") or shutil.which("c++")):
        missing.append("g++")
    if not python.headers:
        missing.append(f"python3.{python.version[1]}-dev")
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
    raise AssertionError  # unreachable: fail() ends the program


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
        pythons = (stamp["asked"], stamp["python"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if wanted and (shutil.which(wanted) or wanted) not in pythons:
        return False
    return bool(same) and (venv / "bin" / "python").exists()


def owner(venv: Path) -> str:
    """The project that an environment was made for; "" where it does not say."""
    try:
        return str(json.loads((venv / STAMP).read_text())["root"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


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
    if venv.is_symlink() and owner(venv) not in ("", str(ROOT)):
        fail(
            f"env: {venv} is a link to the environment of {owner(venv)}, and would take it away.",
            f"     Remove the link (rm {venv}) and run make again.",
        )
    python, world = choose(venv, wanted)
    need_system_packages(python)
    venv.mkdir(parents=True, exist_ok=True)
    with open(venv / ".zenml-env.lock", "w") as guard:
        import fcntl  # Linux only, as are TFX's wheels; by now the platform has been checked

        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_ready(venv, wanted):
            return
        uv = find_uv(python.path, venv)
        if not python.path.startswith(str(venv)):
            run([*uv, "venv", "--quiet", "--allow-existing", "--python", python.path, str(venv)])
        say(f"{python} with TFX {world.tfx} in {venv} (minutes the first time)")
        install(uv, venv, world.lock)
        asked = (shutil.which(wanted) or wanted) if wanted else ""
        stamp = {
            "root": str(ROOT),
            "lock": world.lock,
            "hash": fingerprint(world.lock),
            "python": python.path,
            "asked": asked,
        }
        temporary = venv / f"{STAMP}.{os.getpid()}"
        temporary.write_text(json.dumps(stamp, indent=1) + "\n")
        os.replace(temporary, venv / STAMP)
    say("ready")


if __name__ == "__main__":
    main()
