"""A client that keeps a number of connections busy, in a process of its own.

    python -m benchmarks.serving.load URL BODY_FILE CONNECTIONS SECONDS

Each connection sends the same request again as soon as it has its answer. Prints JSON: how many
`requests` a second, how many `failed`, the `first` of these, and `p50`, `p99` and `longest` of the
milliseconds that they took.
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
    return summary(latencies, failures, time.perf_counter() - began)


def summary(latencies: list[float], failures: list[str], seconds: float) -> dict[str, Any]:
    """What is told of the requests of so many seconds."""
    latencies.sort()
    return {
        "requests": len(latencies),
        "a second": len(latencies) / seconds,
        "failed": len(failures),
        "first": failures[:1],
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[int(len(latencies) * 0.99)],
        "longest": latencies[-1],
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
