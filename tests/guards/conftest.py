"""A repository in the middle of somebody's work, the commands that are run in it, and snapshots."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.waiting import PATIENCE, until

HERE = Path(__file__).resolve().parent
OWN = (".zenml",)  # what zenml keeps in a repository, ignored by git


@dataclass
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass
class Scene:
    """The repository, and what a test has to know of it.

    Attributes:
        root: The work tree.
        temporary: The folder for temporary files of all that is started here.
        runs: Names of two runs.
        exports: A folder for what is exported.
        shas: All commits, the oldest first.
        release: Name of a release of the second run.
    """

    root: Path
    temporary: Path
    exports: Path
    runs: list[str] = field(default_factory=list)
    shas: list[str] = field(default_factory=list)
    release: str = "first"

    def git(self, *words: str) -> str:
        """Runs git, as the user does."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, env=self.env(), check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    def start(self, *words: str, mark: str = "", **env: str) -> subprocess.Popen[str]:
        """Starts a command of Python, as from a terminal: Ctrl-C reaches it."""
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self.root,
            env={**self.env(mark), **env},
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *words: str) -> Ended:
        """Runs a command to its end."""
        process = self.start(*words)
        out, err = process.communicate(timeout=PATIENCE)
        return Ended(process.returncode, out, err)

    def end(self, words: tuple[str, ...], number: int, seconds: float) -> Ended:
        """Starts a command, sends it a signal after a while, and waits until all of it is gone.

        Ctrl-C reaches the command and what is in its group, the other signals it alone.
        """
        mark = uuid.uuid4().hex
        process = self.start(*words, mark=mark)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _send(process.pid, number)
            out, err = process.communicate(timeout=PATIENCE)
        until(lambda: not started(mark), "the end of all that the command started")
        return Ended(process.returncode, out, err)

    def end_in_a_step(self, words: tuple[str, ...], number: signal.Signals) -> Ended:
        """The same, while a step runs that would go on for ten minutes."""
        mark, begun = uuid.uuid4().hex, self.exports.parent / uuid.uuid4().hex
        process = self.start(*words, mark=mark, GUARDS_BEGUN=str(begun))
        try:
            until(lambda: begun.exists() or process.poll() is not None, "the first step")
            assert begun.exists(), process.communicate()
            _send(process.pid, number)
            process.wait(timeout=PATIENCE)
            until(lambda: not started(mark), f"the end of the step after {number.name}")
        finally:
            for left in started(mark):
                left.kill()
            out, err = process.communicate()
        return Ended(process.returncode, out, err)

    def keep_records(self) -> None:
        """Keeps what is recorded now, for `records_again`."""
        shutil.copytree(self.root / ".zenml", self._records, symlinks=True)

    def records_again(self) -> None:
        """Takes the records back to what was kept: of what ran since, nothing is known."""
        shutil.rmtree(self.root / ".zenml")
        shutil.copytree(self._records, self.root / ".zenml", symlinks=True)

    @property
    def _records(self) -> Path:
        return self.exports.parent / "records"

    def env(self, mark: str = "") -> dict[str, str]:
        """The environment of all commands."""
        who = {f"GIT_{role}_{what}": "Ada" for role in ("AUTHOR", "COMMITTER") for what in _WHO}
        own = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return {
            **own,
            **who,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.temporary),
            "GUARDS_MARK": mark,
        }

    def state(self, without: tuple[str, ...] = ()) -> dict[str, object]:
        """Every file of the work tree and of `.git`: content, time, mode; and every folder."""
        found: dict[str, object] = {}
        for folder, folders, files in os.walk(self.root):
            inside = os.path.relpath(folder, self.root)
            if inside == ".":
                folders[:] = [name for name in folders if name not in (*OWN, *without)]
            found[f"{inside}/"] = os.stat(folder).st_mode
            for name in files:
                path = Path(folder, name)
                stat = path.lstat()
                content = os.readlink(path) if path.is_symlink() else path.read_bytes()
                found[f"{inside}/{name}"] = content, stat.st_mtime_ns, stat.st_mode
        return found


_WHO = ("NAME", "EMAIL")


def _send(pid: int, number: int) -> None:
    send = os.killpg if number == signal.SIGINT else os.kill
    send(pid, number)


def started(mark: str) -> list[psutil.Process]:
    """The processes that have a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("GUARDS_MARK") == mark and process.status() != "zombie":
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@pytest.fixture(scope="session")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("guards")
    folder = folder.resolve()
    root = folder / "repository"
    shutil.copytree(HERE / "project", root, ignore=shutil.ignore_patterns("__pycache__"))
    scene = Scene(root, folder / "temporary", folder / "exports")
    scene.temporary.mkdir()
    scene.exports.mkdir()
    scene.git("init", "--quiet", "--initial-branch=main")
    assert scene.run("-m", "zenml", "init").status == 0
    _commit(scene, "Measurements")
    _run(scene)
    for number, value in enumerate(("1", "1.0", "0.5", "0.25 + 0.25"), start=2):
        text = (root / "lab" / "scaling.py").read_text().partition("FACTOR")[0]
        (root / "lab" / "scaling.py").write_text(f"{text}FACTOR = {value}\n")
        _commit(scene, f"Scaling, number {number}")
    _run(scene)
    _commit(scene, "The pipeline's files")
    assert scene.run("-m", "zenml", "release", "create", scene.release, scene.runs[1]).status == 0
    _work(scene)
    scene.keep_records()
    return scene


@pytest.fixture
def scene(_scene: Scene) -> Iterator[Scene]:
    """The repository, with edits that are staged, that are not, and that are stashed."""
    yield _scene
    for left in _scene.temporary.iterdir():
        shutil.rmtree(left, ignore_errors=True)


def _commit(scene: Scene, message: str) -> None:
    scene.git("add", "--all")
    scene.git("commit", "--quiet", f"--message={message}")
    scene.shas.append(scene.git("rev-parse", "HEAD"))


def _run(scene: Scene) -> None:
    done = scene.run("measure.py")
    assert done.status == 0, done.err
    scene.runs.append(done.out.splitlines()[-1])


def _work(scene: Scene) -> None:
    """Leaves the repository as people leave theirs while they ask zenml something."""
    root = scene.root
    scene.git("config", "user.signingkey", "none")
    scene.git("config", "zenml.test", "stays")
    scene.git("branch", "other", "HEAD~1")
    scene.git("tag", "lightweight", "HEAD~2")
    (root / "notes.txt").write_text("stashed\n")
    scene.git("stash", "push", "--quiet", "--include-untracked")
    (root / "staged.py").write_text("STAGED = True\n")
    scene.git("add", "staged.py")
    (root / "staged.py").write_text("STAGED = False\n")
    (root / "lab" / "unrelated.py").write_text("# edited, and not committed\n")
    (root / "untracked.txt").write_text("nobody's\n")
    (root / "readme.link").symlink_to("measure.py")
    # A hook that git would run at each checkout, and that would not go unseen.
    hook = root / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho ran >> {root}/hooked.txt\n")
    hook.chmod(0o755)
