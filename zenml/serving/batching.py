"""Batcher: rows of requests that arrive at the same time are predicted together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from zenml.serving.rows import Rows
from zenml.serving.tensors import Arrays

Part = Rows | list[bytes]
MOST_ROWS = 4096  # of one call of the model
_QUICK = 0.003  # seconds that a call may hold up the event loop: a thread costs some, too
_SLOW_CALLS = 3  # in a row, after which a thread is taken: one may be slow on a busy machine


@dataclass
class _Waiting:
    part: Part
    answer: asyncio.Future[Arrays]

    @property
    def rows(self) -> int:
        return self.part.count if isinstance(self.part, Rows) else len(self.part)


class Batcher:
    """Calls a model for one request after the other, or for all that wait at once.

    Nobody is kept waiting for others to come: what has arrived by now is one call, and
    what arrives while it runs is the next. A request that fills a call is one of its own; such
    requests wait for each other, and the others go on meanwhile. A batcher belongs to one event
    loop, and calls the model there as long as that is quick, else in a thread.

    Args:
        call: Rows of one or more requests -> output -> array with one row for each. It is
            called by two threads at once, where there is a request that fills a call.
        executor: Threads in which the model is called.
        large: A thread in which it is called with requests that fill a call.

    Example:
        >>> import numpy as np
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> def lengths(parts):
        ...     return {"n": np.array([len(row) for part in parts for row in part])}
        >>> async def ask():
        ...     batcher = Batcher(lengths, ThreadPoolExecutor(1), ThreadPoolExecutor(1))
        ...     return await asyncio.gather(batcher.ask([b"a"]), batcher.ask([b"", b"ccc"]))
        >>> [answer["n"].tolist() for answer in asyncio.run(ask())]
        [[1], [0, 3]]
    """

    def __init__(
        self, call: Callable[[Sequence[Part]], Arrays], executor: Executor, large: Executor
    ) -> None:
        self._call = call
        self._executor = executor
        self._large = large
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._quick_rows = 0  # so many are predicted quickly, as far as is known
        self._slow_calls = 0  # in a row

    async def ask(self, part: Part) -> Arrays:
        """What the model gives for the rows of a request.

        Raises:
            Exception: What the model raised for them; not for those of other requests.
        """
        loop = asyncio.get_running_loop()
        one = _Waiting(part, loop.create_future())
        if one.rows >= MOST_ROWS:
            return await loop.run_in_executor(self._large, self._call, [part])
        self._waiting.append(one)
        if self._task is None:
            self._task = loop.create_task(self._work())
        return await one.answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # the requests that are there already are read meanwhile
                batch = self._next()
                try:
                    answers = await self._run(batch)
                except Exception as exc:  # noqa: BLE001 - nobody is left without an answer
                    answers = [exc] * len(batch)
                for one, found in zip(batch, answers, strict=True):
                    if one.answer.cancelled():
                        continue
                    if isinstance(found, Exception):
                        one.answer.set_exception(found)
                    else:
                        one.answer.set_result(found)
        finally:
            self._task = None

    def _next(self) -> list[_Waiting]:
        """The requests that waited longest, as many as one call takes."""
        count, rows = 0, 0
        for one in self._waiting:
            rows += one.rows
            if count and rows > MOST_ROWS:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _run(self, batch: Sequence[_Waiting]) -> list[Arrays | Exception]:
        rows = sum(one.rows for one in batch)
        if rows <= self._quick_rows:
            answers, seconds = self._timed(batch)
        else:
            loop = asyncio.get_running_loop()
            answers, seconds = await loop.run_in_executor(self._executor, self._timed, batch)
        if seconds < _QUICK:
            self._quick_rows = max(self._quick_rows, 2 * rows)
            self._slow_calls = 0
            return answers
        self._slow_calls += 1
        if self._slow_calls == _SLOW_CALLS:
            self._quick_rows = min(self._quick_rows, rows // 2)
            self._slow_calls = 0
        return answers

    def _timed(self, batch: Sequence[_Waiting]) -> tuple[list[Arrays | Exception], float]:
        began = time.perf_counter()
        return self._answers(batch), time.perf_counter() - began

    def _answers(self, batch: Sequence[_Waiting]) -> list[Arrays | Exception]:
        if len(batch) > 1:
            try:
                return list(_parts(self._call([one.part for one in batch]), batch))
            except Exception:  # noqa: BLE001 - one spoils it: each is asked alone
                pass
        return [self._alone(one.part) for one in batch]

    def _alone(self, part: Part) -> Arrays | Exception:
        try:
            return self._call([part])
        except Exception as exc:  # noqa: BLE001 - handed to the request that it belongs to
            return exc


def _parts(outputs: Arrays, batch: Sequence[_Waiting]) -> Iterator[Arrays]:
    """The rows of each request.

    Raises:
        ValueError: An output has not one row for each.
    """
    total = sum(one.rows for one in batch)
    if any(array.shape[:1] != (total,) for array in outputs.values()):
        raise ValueError("an output has not one value for each row")
    at = 0
    for one in batch:
        end = at + one.rows
        yield {name: array[at:end] for name, array in outputs.items()}
        at = end
