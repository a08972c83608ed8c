"""Laboratory: has commits answered for, each in a process that sees its files and no others."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Any

from zenml.errors import BisectError, GitError, VersionNotFoundError
from zenml.repo.checkout import checkout
from zenml.repo.git import GitRepository
from zenml.runtime.bisect.template import Template
from zenml.runtime.bisect.wire import Answer, Question
from zenml.runtime.trees import current_folder, moved
from zenml.spec import UNPINNED

_GRACE = 5.0  # seconds in which a run that is stopped records it
_CODE = (
    "import sys; sys.path[:] = {path!r}\nfrom zenml.runtime.bisect.probe import main; main({fd})"
)


class Laboratory:
    """Asks commits of a repository.

    Nothing stays behind: no file, no process, whatever ends it.

    Args:
        git: The repository.
    """

    def __init__(self, git: GitRepository) -> None:
        """Asks nothing yet."""
        self._git = git

    def ask(self, sha: str, question: Question) -> Answer:
        """What a commit gives; a commit that cannot answer says why."""
        try:
            found = self._send(sha, question)
        except (GitError, BisectError) as exc:
            return Answer(error=str(exc))
        assert isinstance(found, Answer)
        return found

    def only_given(self, template: Template, sha: str) -> Template:
        """A template without what came from the code of the run.

        Args:
            template: As the run was frozen.
            sha: A commit to do it at where the run does not name its own.
        """
        version = template.spec.version
        is_commit = version != UNPINNED and self._git.resolve(version) is not None
        try:
            found = self._send(version if is_commit else sha, template)
        except (GitError, VersionNotFoundError, BisectError):
            return template
        assert isinstance(found, Template)
        return found

    def _send(self, sha: str, request: Question | Template) -> Any:
        with checkout(self._git, sha) as tree, tempfile.TemporaryFile() as log:
            ours, theirs = Pipe()
            with contextlib.closing(ours):
                with contextlib.closing(theirs):
                    process = self._start(tree, theirs, log)
                try:
                    return _reply(process, ours, request, log)
                finally:
                    _stop(process)

    def _start(self, tree: Path, connection: Connection, log: IO[bytes]) -> subprocess.Popen[bytes]:
        root = self._git.root
        path = [moved(entry, root, tree) for entry in sys.path]
        flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        return subprocess.Popen(
            [sys.executable, *flags, "-c", _CODE.format(path=path, fd=connection.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=current_folder(root, tree),
            env=_environment(root, tree),
            pass_fds=[connection.fileno()],
            start_new_session=True,  # Ctrl-C is for the search, which then stops it
        )


def _environment(root: Path, tree: Path) -> dict[str, str]:
    """The environment, in which the modules of a step's own processes are the tree's as well."""
    found = dict(os.environ)
    if "PYTHONPATH" in found:
        entries = found["PYTHONPATH"].split(os.pathsep)
        found["PYTHONPATH"] = os.pathsep.join(moved(entry, root, tree) for entry in entries)
    return found


def _reply(
    process: subprocess.Popen[bytes], connection: Connection, request: Any, log: IO[bytes]
) -> Any:
    try:
        connection.send(request)
        return connection.recv()
    except (EOFError, OSError):
        process.wait()
        log.seek(0)
        last = log.read().decode("utf-8", errors="replace").strip().rpartition("\n")[2]
        said = f": {last}" if last else ""
        raise BisectError(f"its process ended with status {process.returncode}{said}") from None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Leaves nothing of a process running, nor of what it started."""
    try:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
    finally:  # also when Ctrl-C comes once more
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
