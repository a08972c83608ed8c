"""Working ahead: an iterator that runs in a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_END = object()


def ahead(make: Callable[[], Iterable[_Item]], depth: int = 2) -> Iterator[_Item]:
    """Yields the items of `make()`, made in a thread up to `depth` items ahead.

    The thread ends with the iterator, however that ends. What `make()` raises is
    raised here.

    Args:
        make: Called in the thread.
        depth: How many items may wait: the bound on memory.

    Example:
        >>> list(ahead(lambda: range(3)))
        [0, 1, 2]
    """
    items: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue(maxsize=max(1, depth))
    stopped = threading.Event()

    def put(item: Any, error: BaseException | None = None) -> bool:
        while not stopped.is_set():
            try:
                items.put((item, error), timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in make():
                if not put(item):
                    return
        except BaseException as exc:  # noqa: BLE001 - raised again where it is waited for
            put(_END, exc)
        else:
            put(_END)

    thread = threading.Thread(target=work, name="zenml-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = items.get()
            if error is not None:
                raise error
            if item is _END:
                return
            yield item
    finally:
        stopped.set()
        thread.join()
