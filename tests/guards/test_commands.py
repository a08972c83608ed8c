"""Whatever is asked or tried, the user's repository is byte for byte as before.

With GUARDS_ROUNDS=10 each command is killed thirty times instead of three.
"""

from __future__ import annotations

import os
import random
import signal
import time
import uuid
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.waiting import PATIENCE

ROUNDS = int(os.environ.get("GUARDS_ROUNDS", "1"))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


class Command(NamedTuple):
    """A command: its words, and what it may write: folders, and files of git that are new."""

    words: Callable[..., tuple[str, ...]]
    writes: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()


def zenml(*words: str) -> tuple[str, ...]:
    return ("-m", "zenml", *words)


COMMANDS = {
    "why": Command(lambda s: zenml("run", "why", s.runs[1])),
    "diff": Command(lambda s: zenml("run", "diff", *s.runs)),
    "diff as a page": Command(
        lambda s: zenml("run", "diff", *s.runs, "--html", str(s.temporary / "diff.html"))
    ),
    "reproduce": Command(lambda s: zenml("run", "reproduce", s.runs[0])),
    "bisect": Command(
        lambda s: zenml(
            "bisect", "measured", "--metric", "check.output", "--good", s.shas[0], "--bad", "HEAD"
        )
    ),
    "old version": Command(lambda s: ("measure.py", s.shas[0]), writes=("pipelines",)),
    "release create": Command(
        lambda s: zenml("release", "create", f"v{uuid.uuid4().hex}", s.runs[1]),
        adds=(".git/objects/", ".git/refs/tags/zenml/"),
    ),
    "release verify": Command(lambda s: zenml("release", "verify", s.release)),
    "release export": Command(
        lambda s: zenml("release", "export", s.release, str(s.exports / uuid.uuid4().hex))
    ),
    "release list": Command(lambda s: zenml("release", "list")),
}
KILLED = ("reproduce", "bisect", "old version", "release create", "release export")


def changes(before: dict[str, object], after: dict[str, object], command: Command) -> list[str]:
    """What is different, other than by files that a command may add."""
    return sorted(
        key
        for key in {*before, *after}
        if before.get(key) != after.get(key)
        and not (key not in before and key.startswith(command.adds) and ".lock" not in key)
    )


def left_over(scene) -> list[str]:
    """What lies among the temporary files, but for the page that a command was asked for."""
    return [path.name for path in scene.temporary.iterdir() if path.suffix != ".html"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_the_repository_as_it_was(scene, name: str) -> None:
    command = COMMANDS[name]
    before = scene.state(command.writes)
    done = scene.run(*command.words(scene))
    assert done.status == 0, done.out + done.err
    assert changes(before, scene.state(command.writes), command) == []
    assert "Traceback" not in done.err
    assert left_over(scene) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", KILLED)
def test_a_command_that_is_killed_leaves_the_repository_as_it_was(scene, name: str) -> None:
    command, draw = COMMANDS[name], random.Random(f"guards {name}")
    before = scene.state(command.writes)
    began = time.monotonic()
    scene.run(*command.words(scene))
    seconds = time.monotonic() - began
    for number in SIGNALS * ROUNDS:
        moment = draw.uniform(0.1, seconds)
        ended = scene.end(command.words(scene), number, moment)
        about = f"{number.name} after {moment:.2f} of {seconds:.2f} s: {ended.err}"
        assert changes(before, scene.state(command.writes), command) == [], about
    whole = [folder for folder in scene.exports.iterdir() if not folder.name.startswith(".")]
    assert all((folder / "README.md").is_file() for folder in whole)
    # The next one works, and takes away what those left that had no time to do so.
    done = scene.run(*command.words(scene))
    assert done.status == 0, done.out + done.err
    assert changes(before, scene.state(command.writes), command) == []
    assert left_over(scene) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reproduce", "bisect", "old version"])
def test_a_step_ends_with_the_command_that_is_killed(scene, name: str) -> None:
    command = COMMANDS[name]
    scene.records_again()  # a bisection runs nothing that an earlier one found
    before = scene.state(command.writes)
    for number in SIGNALS:
        ended = scene.end_in_a_step(command.words(scene), number)
        assert ended.status != 0, ended.out
        assert changes(before, scene.state(command.writes), command) == [], number.name
    assert scene.run(*command.words(scene)).status == 0
    assert left_over(scene) == []


def test_commands_at_the_same_time_leave_each_other_alone(scene) -> None:
    before = scene.state(("pipelines",))
    commands = [COMMANDS[name] for name in ("bisect", "reproduce", "old version")]
    processes = [scene.start(*command.words(scene)) for command in commands]
    for process in processes:
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, out + err
    assert changes(before, scene.state(("pipelines",)), COMMANDS["bisect"]) == []
    assert left_over(scene) == []
