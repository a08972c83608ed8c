"""New versions come while requests are answered, and none of these fails."""

from __future__ import annotations

import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serving.conftest import Web, save_sum
from tests.waiting import until
from zenml.serving import ModelServer

pytestmark = pytest.mark.tf

PATH = "/v1/models/sum:predict"
BODY = {"instances": [{"place": "south", "size": 1}]}


def test_no_request_fails_while_versions_come_break_and_go(
    tmp_path: Path, web: Callable[[str], Web]
) -> None:
    ready = {n: save_sum(tmp_path / "ready" / str(n), bias=10.0 * n) for n in (1, 2, 3)}
    base = tmp_path / "sum"
    shutil.copytree(ready[1], base / "1")
    answers: Counter[str] = Counter()
    done = threading.Event()

    with ModelServer(base, poll_seconds=0.05) as server:
        model = server.models["sum"]

        def load() -> None:
            ask = web(server.url)
            while not done.is_set():
                status, told = ask.post(PATH, BODY)
                answers[f"{status} {json.dumps(told)}"] += 1

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        (base / "2").mkdir()  # copied file by file, as people do
        shutil.copy(ready[2] / "saved_model.pb", base / "2")
        until(lambda: len(model.status()) == 2)
        shutil.copytree(ready[2], base / "2", dirs_exist_ok=True)
        until(lambda: model.versions == [2])
        (base / "4").mkdir()
        (base / "4" / "saved_model.pb").write_bytes(b"cut off")
        shutil.copytree(ready[3], base / "3")
        until(lambda: model.versions == [3])
        shutil.rmtree(base / "3")
        until(lambda: model.versions == [2])
        shutil.copytree(ready[1], base / "2", dirs_exist_ok=True)  # over what is served
        ask = web(server.url)
        until(lambda: ask.post(PATH, BODY) == (200, {"predictions": [[11.0]]}))
        until(lambda: model.status(4)[0]["state"] == "END")
        until(lambda: sum(answers.values()) > 100)
        done.set()
        for thread in threads:
            thread.join()
        broken = model.status(4)[0]

    assert broken["status"]["error_message"]
    right = {f'200 {{"predictions": [[{10.0 * n + 1}]]}}' for n in (1, 2, 3)}
    assert set(answers) == right, answers
