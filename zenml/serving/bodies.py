"""The body of a request: not larger than the server takes, unpacked where it is gzip."""

from __future__ import annotations

import asyncio
import gzip
import io
import zlib
from typing import TYPE_CHECKING

from zenml.errors import RequestError

if TYPE_CHECKING:
    from starlette.requests import Request

_PLAIN, _GZIP = ("", "identity"), ("gzip", "x-gzip")


async def body_of(request: Request, largest: int) -> bytes:
    """The body of a request.

    Args:
        request: Its header may say `Content-Encoding: gzip`, as with TensorFlow Serving.
        largest: Bytes of a body, packed and unpacked.

    Raises:
        RequestError: It is too large, of another encoding, or no gzip though it says so.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in _PLAIN + _GZIP:
        raise RequestError(
            f"The body comes with the Content-Encoding {encoding!r}; send it as it is, or as gzip.",
            415,
        )
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > largest:
        raise _too_large(largest)  # before any of it is sent, where the client waits for that
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise _too_large(largest)
        parts.append(part)
    body = b"".join(parts)
    return await asyncio.to_thread(_unpacked, body, largest) if encoding in _GZIP else body


def _unpacked(body: bytes, largest: int) -> bytes:
    """What was packed; a few bytes that would become very many are refused before they do."""
    try:
        found = gzip.GzipFile(fileobj=io.BytesIO(body)).read(largest + 1)
    except (OSError, EOFError, zlib.error) as exc:
        raise RequestError(f"The body is said to be gzip, and cannot be unpacked: {exc}.") from exc
    if len(found) > largest:
        raise _too_large(largest)
    return found


def _too_large(largest: int) -> RequestError:
    return RequestError(
        f"The body is larger than {largest} bytes; ask for fewer rows at once, or start the server "
        "with a larger --max-body.",
        413,
    )
