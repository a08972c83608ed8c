"""AccessLog: a line for each request, and the count of those under way."""

from __future__ import annotations

import logging
import time
from typing import Any

_LOG = logging.getLogger("zenml.serving")


class AccessLog:
    """Wraps an ASGI application and writes a line for each of its answers.

    Args:
        app: The application. What it puts into `request.state.about` ends the line.

    Example:
        >>> AccessLog(None).app is None
        True
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request."""
        if scope["type"] != "http" or not _LOG.isEnabledFor(logging.INFO):
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def told(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        scope.setdefault("state", {})
        try:
            await self.app(scope, receive, told)
        finally:
            milliseconds = (time.perf_counter() - began) * 1000
            host = (scope.get("client") or ("-",))[0]
            about = scope["state"].get("about", "")
            line = (
                f"{host} {scope['method']} {scope['path']} {status} {milliseconds:.1f} ms"
                f"{f' ({about})' if about else ''}"
            )
            _LOG.info("%s", line if line.isprintable() else _printable(line))


def _printable(text: str) -> str:
    """One line: what a request can put into it neither ends it nor moves a terminal's cursor."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
