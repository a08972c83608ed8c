"""Requests that are there at once are one call; what is wrong with one is its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.waiting import PATIENCE
from zenml.serving.batching import Batcher


class Model:
    """Gives the length of each row, and remembers how many rows each call had."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, parts: Sequence[list[bytes]]) -> dict[str, np.ndarray[Any, Any]]:
        rows = [row for part in parts for row in part]
        self.calls.append(len(rows))
        if b"bad" in rows:
            raise ValueError("a bad row")
        return {"n": np.array([len(row) for row in rows])}


def ask(model: Model, *requests: list[bytes]) -> list[Any]:
    async def together() -> list[Any]:
        with ThreadPoolExecutor(2) as threads:
            batcher = Batcher(model, threads, threads)
            return await asyncio.gather(*map(batcher.ask, requests), return_exceptions=True)

    answers = asyncio.run(together())
    return [a if isinstance(a, Exception) else a["n"].tolist() for a in answers]


def test_what_is_there_at_once_is_one_call() -> None:
    model = Model()
    assert ask(model, [b"a"], [b"bb", b""], [b"ccc"]) == [[1], [2, 0], [3]]
    assert model.calls == [4]


def test_a_bad_request_fails_alone() -> None:
    model = Model()
    good, bad, other = ask(model, [b"a"], [b"bad"], [b"ccc"])
    assert (good, other) == ([1], [3])
    assert isinstance(bad, ValueError)


def test_more_rows_than_a_call_takes_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zenml.serving.batching.MOST_ROWS", 3)
    model = Model()
    assert ask(model, *([b"a"] * 2 for _ in range(3))) == [[1, 1]] * 3
    assert model.calls == [2, 2, 2]


def test_requests_that_fill_a_call_do_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zenml.serving.batching.MOST_ROWS", 3)
    others_are_done = threading.Event()

    class Slow(Model):
        def __call__(self, parts: Sequence[list[bytes]]) -> dict[str, np.ndarray[Any, Any]]:
            if len(parts[0]) == 3:
                assert others_are_done.wait(PATIENCE)
            return super().__call__(parts)

    async def ask_all() -> list[Any]:
        with ThreadPoolExecutor(1) as threads, ThreadPoolExecutor(1) as beside:
            batcher = Batcher(Slow(), threads, beside)
            large = [asyncio.create_task(batcher.ask([b"a", b"bb", b"ccc"])) for _ in range(3)]
            await asyncio.sleep(0)
            small = await batcher.ask([b"dddd"])
            others_are_done.set()
            answers = [small, *await asyncio.gather(*large)]
            return [answer["n"].tolist() for answer in answers]

    assert asyncio.run(ask_all()) == [[4], *[[1, 2, 3]] * 3]


def test_nobody_waits_where_there_is_no_thread_to_call_the_model() -> None:
    async def ask_once() -> None:
        threads = ThreadPoolExecutor(1)
        threads.shutdown()
        await asyncio.wait_for(Batcher(Model(), threads, threads).ask([b"a"]), PATIENCE)

    with pytest.raises(RuntimeError, match="after shutdown"):
        asyncio.run(ask_once())


def test_a_model_that_does_not_answer_by_row_is_asked_for_each() -> None:
    class Total(Model):
        def __call__(self, parts: Sequence[list[bytes]]) -> dict[str, np.ndarray[Any, Any]]:
            return {"n": np.array([sum(super().__call__(parts)["n"])])}

    model = Total()
    assert ask(model, [b"a", b"b"], [b"ccc"]) == [[2], [3]]
    assert model.calls == [3, 2, 1]


def test_a_quick_model_is_called_in_the_loop_and_a_slow_one_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[str] = []
    now = [0.0]  # a clock that only the model moves
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr("zenml.serving.batching.time", clock)

    def run(seconds: float) -> list[str]:
        def call(parts: Sequence[list[bytes]]) -> dict[str, np.ndarray[Any, Any]]:
            threads.append(threading.current_thread().name)
            now[0] += seconds
            return {"n": np.zeros(sum(map(len, parts)))}

        async def several() -> None:
            with ThreadPoolExecutor(1, "beside") as pool:
                batcher = Batcher(call, pool, pool)
                for _ in range(4):
                    await batcher.ask([b"a"])

        threads.clear()
        asyncio.run(several())
        return [name.partition("_")[0] for name in threads]

    assert run(0.01) == ["beside"] * 4
    assert run(0.0) == ["beside", *["MainThread"] * 3]
