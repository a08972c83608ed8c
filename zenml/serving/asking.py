"""Asker: brings what requests ask to the models, and their answers back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from zenml.errors import RequestError, ZenMLError
from zenml.serving.answers import answer
from zenml.serving.batching import Batcher
from zenml.serving.loading import LoadedModel
from zenml.serving.requests import Question, read_body, read_question
from zenml.serving.rows import Rows
from zenml.serving.signature import Signature
from zenml.serving.tensors import Arrays

_LOG = logging.getLogger("zenml.serving")
_THREADS = 4
_LARGE = 1 << 16  # bytes of a body above which it is read beside the event loop
_MANY = 1 << 11  # values of an answer above which it is written there


class Asker:
    """Brings what requests ask to the models, and their answers back; of one event loop.

    Rows of different requests are predicted together where they wait for the same
    signature; other inputs are called for each request by itself, in a thread.

    Example:
        >>> asker = Asker()
        >>> asker.close()
    """

    def __init__(self) -> None:
        self._executor: Executor = ThreadPoolExecutor(_THREADS, "zenml-serving")
        self._large: Executor = ThreadPoolExecutor(1, "zenml-serving-large")

    def close(self) -> None:
        """Lets go of the threads, once they are idle."""
        self._executor.shutdown(wait=True)
        self._large.shutdown(wait=True)

    async def ask(self, model: LoadedModel, method: str, body: bytes) -> tuple[int | None, bytes]:
        """Answers a request.

        Args:
            model: The version that is asked.
            method: "predict", "classify" or "regress".
            body: JSON.

        Returns:
            How many rows were asked for, where the request counts in rows; and the answer.

        Raises:
            RequestError: What is asked cannot be.
        """
        question = await self._read(body, model, method)
        outputs = await self._outputs(question, model)
        if sum(array.size for array in outputs.values()) <= _MANY:
            return question.rows, answer(question, outputs, method, model.classes)
        text: bytes = await self._beside(answer, question, outputs, method, model.classes)
        return question.rows, text

    async def _read(self, body: bytes, model: LoadedModel, method: str) -> Question:
        def read() -> Question:
            try:
                return read_question(read_body(body), model, method)
            except RecursionError:
                raise RequestError("The body is nested too deeply.") from None
            except (ValueError, OverflowError) as exc:  # also text that UTF-8 has not
                raise RequestError(f"The request cannot be read: {exc}.") from exc

        return read() if len(body) < _LARGE else await self._beside(read)

    async def _outputs(self, question: Question, model: LoadedModel) -> Arrays:
        signature = question.signature
        try:
            if isinstance(question.feeds, (Rows, list)):
                return await self._batcher(model, signature).ask(question.feeds)
            found: Arrays = await self._beside(signature.function, question.feeds)
        except RequestError:
            raise
        except ZenMLError as exc:
            # Who asks need not know where on this machine the model lies.
            raise RequestError(str(exc).replace(f" in {model.folder}", "")) from exc
        except Exception as exc:
            _LOG.exception("The signature %s failed", signature.name)
            raise RequestError(f"The model failed: {exc}", 500) from exc
        return found

    def _batcher(self, model: LoadedModel, signature: Signature) -> Batcher:
        """The batcher of a signature; it goes with the model."""
        if signature.name not in model.batchers:
            model.batchers[signature.name] = Batcher(
                signature.call_with_rows, self._executor, self._large
            )
        found: Batcher = model.batchers[signature.name]
        return found

    async def _beside(self, function: Callable[..., Any], *words: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._executor, function, *words)
