"""`zenml model serve` as a process: what it says, and how it ends."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.serving.conftest import Web, begin_post, save_sum
from tests.waiting import PATIENCE, until
from zenml.models.classes import write_classes

ROW = {"place": "south", "size": 1}


def zenml(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "zenml", "model", *words]
    return subprocess.run(call, cwd=cwd, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve", "gone"], "There is no model to serve in gone: there is no such folder"),
        (["serve", "notes.txt"], "There is no model to serve in notes.txt: that is a file"),
        (["serve", "."], "neither a model nor folders of versions"),
        (["serve", ".", "--label", "stable"], "--label takes LABEL=VERSION"),
        (["serve", ".", "--name", "a", "--name", "b"], "1 models take as many --name, not 2"),
        (["serve", ".", "--port", "70000"], "70000 is not in the range"),
        (["serve"], "Missing argument"),
    ],
)
def test_what_cannot_be_served_is_said_at_once(git_repo: Path, words: list[str], said: str) -> None:
    (git_repo / "notes.txt").write_text("")
    done = zenml(*words, cwd=git_repo)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.tf
def test_it_serves_until_it_is_told_to_stop_and_answers_what_is_under_way(tmp_path: Path) -> None:
    write_classes(str(save_sum(tmp_path / "sum" / "7")), {"total": ["no", "yes"]})
    call = [sys.executable, "-m", "zenml", "model", "serve", "sum", "--port", "0"]
    process = subprocess.Popen(
        call, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    log: list[str] = []
    reader = threading.Thread(target=lambda: log.extend(process.stderr))
    reader.start()
    try:
        line = process.stdout.readline()
        found = re.fullmatch(r"Serving sum \(version 7\) on (http://127\.0\.0\.1:\d+)\S*\n", line)
        assert found, line
        assert process.stdout.readline() == (
            "  total_o: the chances of 'no', 'yes'; a single number is that of 'yes'\n"
        )
        _, example = process.stdout.readline(), process.stdout.readline()
        words = shlex.split(example)
        assert words[0] == "curl"
        web = Web(found[1])
        assert web.post("/v1/models/sum:predict", words[2].encode())[0] == 200
        body = b'{"instances": [{"place": "south", "size": 1}]}'
        slow = begin_post(found[1], "/v1/models/sum:predict", body)
        os.kill(process.pid, signal.SIGTERM)
        until(lambda: any("Stopping" in line for line in list(log)))
        slow.send(body[10:])
        answer = slow.getresponse()
        assert (answer.status, answer.read()) == (
            200,
            b'{"predictions": [[1.0]], "classes": {"total_o": ["no", "yes"]}}',
        )
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        process.kill()
        reader.join()
    said = "".join(log)
    assert "Loading sum, which takes seconds.\n" in said
    assert re.search(
        r"127\.0\.0\.1 POST /v1/models/sum:predict 200 [\d.]+ ms \(version 7, 1 r", said
    )
    assert "Traceback" not in said
    assert "Stopping" in said
