"""The script behind `make env`: which Python it takes, what it says, when it rests."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "make_env.py"


def load(name: str) -> ModuleType:
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SCRIPT.parent))


make_env, pythons_module = load("make_env"), load("pythons")


@pytest.fixture
def choose(monkeypatch, tmp_path):
    """Chooses as on a machine with a version of glibc, or none."""

    def chosen(glibc: tuple[int, int] | None, wanted: str = "", machine: str = "x86_64"):
        monkeypatch.setattr(pythons_module, "glibc_version", lambda: glibc)
        monkeypatch.setattr(pythons_module.platform, "machine", lambda: machine)
        python, world = pythons_module.choose(tmp_path / "venv", wanted)
        return Path(python.path), world.tfx

    return chosen


@pytest.fixture
def pythons(tmp_path, monkeypatch):
    """Puts programs on the path that answer as a Python would, and hides the real ones."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("UV_PYTHON_INSTALL_DIR", raising=False)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / ".pyenv"))

    def add(place: str, version: tuple[int, int, int] | None, plain: bool = True) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        answer = "exit 127"
        if version:
            facts = f'"version": {list(version)}, "plain": {str(plain).lower()}, "headers": true'
            answer = f"""echo '{{"path": "{path}", {facts}}}'"""
        path.write_text(f"#!/bin/sh\n{answer}\n")
        path.chmod(0o755)
        return path

    return add


def test_a_new_system_takes_the_newest_python(choose, pythons):
    pythons("bin/python3.10", (3, 10, 4))
    pythons("bin/python3.11", (3, 11, 2))
    newest = pythons("bin/python3", (3, 13, 5))
    assert choose((2, 41)) == (newest, "1.21")


def test_an_old_system_takes_python_3_10(choose, pythons):
    pythons("bin/python3", (3, 13, 5))
    only = pythons("bin/python3.10", (3, 10, 4))
    assert choose((2, 36)) == (only, "1.16")


def test_a_shim_that_refuses_gives_way_to_pyenvs_own(choose, pythons):
    pythons("bin/python3.10", None)
    pyenvs = pythons(".pyenv/versions/3.10.13/bin/python", (3, 10, 13))
    assert choose((2, 36)) == (pyenvs, "1.16")


def test_a_python_that_uv_manages_is_found(choose, pythons):
    folder = ".local/share/uv/python/cpython-3.10.19-linux-x86_64-gnu/bin"
    managed = pythons(f"{folder}/python3.10", (3, 10, 19))
    assert choose((2, 36)) == (managed, "1.16")


def test_the_python_asked_for_is_taken(choose, pythons):
    pythons("bin/python3.13", (3, 13, 5))
    asked = pythons("elsewhere/python", (3, 10, 4))
    assert choose((2, 41), str(asked)) == (asked, "1.16")


def test_no_python_says_what_was_looked_at_and_what_to_do(choose, pythons, capsys):
    found = pythons("bin/python3", (3, 11, 2))
    with pytest.raises(SystemExit) as stop:
        choose((2, 36))
    said = capsys.readouterr().err
    assert stop.value.code == 1
    assert "CPython 3.10 (this system has glibc 2.36" in said
    assert f"{found}: Python 3.11.2" in said
    assert "uv python install 3.10" in said
    assert "make env PYTHON=" in said


def test_a_free_threaded_python_does_not_serve(choose, pythons):
    pythons("bin/python3.13", (3, 13, 5), plain=False)
    plain = pythons("bin/python3.12", (3, 12, 1))
    assert choose((2, 41)) == (plain, "1.21")


def test_a_python_asked_for_that_cannot_serve_is_named(choose, pythons, capsys):
    asked = pythons("elsewhere/python", (3, 11, 2))
    with pytest.raises(SystemExit):
        choose((2, 36), str(asked))
    assert f"PYTHON={asked} is Python 3.11.2" in capsys.readouterr().err


@pytest.mark.parametrize(("machine", "glibc"), [("aarch64", (2, 41)), ("x86_64", None)])
def test_a_machine_without_wheels_is_told_so(choose, capsys, machine, glibc):
    with pytest.raises(SystemExit):
        choose(glibc, machine=machine)
    assert "TFX has wheels for Linux" in capsys.readouterr().err


def test_what_is_missing_from_the_system_is_named_to_a_user(monkeypatch, capsys):
    monkeypatch.setattr(make_env.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        make_env.need_system_packages(
            pythons_module.Interpreter("python", [3, 10, 4], plain=True, headers=False)
        )
    assert "git g++ python3.10-dev" in capsys.readouterr().err


def test_a_folder_that_is_something_else_is_left_alone(tmp_path):
    precious = tmp_path / "thesis.txt"
    precious.write_text("words")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is no virtual environment" in done.stderr
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_the_environment_of_another_clone_is_not_taken_over(tmp_path):
    theirs, link = tmp_path / "theirs", tmp_path / ".venv"
    theirs.mkdir()
    stamp = theirs / ".zenml-env.json"
    stamp.write_text(json.dumps({"root": "/srv/other"}))
    (theirs / "pyvenv.cfg").write_text("")
    link.symlink_to(theirs)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(link)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is a link to the environment of /srv/other" in done.stderr
    assert sorted(os.listdir(theirs)) == [stamp.name, "pyvenv.cfg"]


def test_a_change_of_the_lock_makes_the_environment_anew(tmp_path, monkeypatch):
    root, venv = tmp_path / "project", tmp_path / "venv"
    for name in ("requirements/tfx-1.21.txt", "setup.py", "zenml/version.py", "../venv/bin/python"):
        (root / name).resolve().parent.mkdir(parents=True, exist_ok=True)
        (root / name).resolve().write_text("")
    monkeypatch.setattr(make_env, "ROOT", root)
    assert not make_env.is_ready(venv, "")
    stamp = {
        "root": str(root),
        "lock": "tfx-1.21.txt",
        "hash": make_env.fingerprint("tfx-1.21.txt"),
        "python": "",
        "asked": "",
    }
    (venv / make_env.STAMP).write_text(json.dumps(stamp))
    assert make_env.is_ready(venv, "")
    del stamp["asked"]  # as an earlier make_env.py wrote it
    (venv / make_env.STAMP).write_text(json.dumps(stamp))
    assert not make_env.is_ready(venv, "python3")
    (venv / make_env.STAMP).write_text(json.dumps({**stamp, "asked": ""}))
    (root / "requirements" / "tfx-1.21.txt").write_text("click==8.1\n")
    assert not make_env.is_ready(venv, "")


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name
)
def test_a_lock_pins_everything_and_names_no_host(lock):
    lines = [
        line for line in lock.read_text().splitlines() if line and not line.lstrip().startswith("#")
    ]
    assert len(lines) > 100
    assert [
        line for line in lines if "==" not in line or "://" in line or line.startswith("-")
    ] == []
