"""A client that keeps a number of connections busy, in a process of its own.

    python -m benchmarks.serving.load URL BODY_FILE CONNECTIONS SECONDS

Each connection sends the same request again as soon as it has its answer. Prints JSON: `requests`,
`failed`, `seconds`, and `latencies`, of each request, in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


async def connection(
    url: str, body: bytes, until: float, latencies: list[float], failures: list[str]
) -> None:
    """Sends one request after the other over one connection."""
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
    )
    message = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    while (began := time.perf_counter()) < until:
        writer.write(message)
        header = await reader.readuntil(b"\r\n\r\n")
        length = header.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        answer = await reader.readexactly(int(length))
        latencies.append((time.perf_counter() - began) * 1000)
        if b" 200 " not in header[:20]:
            failures.append(answer.decode()[:200])
    writer.close()


async def load(url: str, body: bytes, connections: int, seconds: float) -> dict[str, Any]:
    """Keeps the connections busy for so many seconds."""
    latencies: list[float] = []
    failures: list[str] = []
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(
        *(connection(url, body, until, latencies, failures) for _ in range(connections))
    )
    return {
        "requests": len(latencies),
        "failed": failures,
        "seconds": time.perf_counter() - began,
        "latencies": latencies,
    }


def main() -> None:
    """Loads a URL and prints what came of it."""
    import uvloop

    uvloop.install()
    url, file, connections, seconds = sys.argv[1:]
    body = Path(file).read_bytes()
    print(json.dumps(asyncio.run(load(url, body, int(connections), float(seconds)))))


if __name__ == "__main__":
    main()
