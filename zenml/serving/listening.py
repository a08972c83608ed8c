"""The socket of a server."""

from __future__ import annotations

import contextlib
import os
import socket

from zenml.errors import ServingError


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; taken before the models are loaded, which takes seconds.

    Args:
        host: Name or address.
        port: 0 is one that is free.

    Raises:
        ServingError: The port or the host cannot be had.
    """
    try:
        info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, OverflowError) as exc:
        raise ServingError(
            f"The host {host!r} and port {port} cannot be listened on: {exc}"
        ) from exc
    listening = socket.socket(info[0], info[1])
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(info[4])
        listening.listen(1024)
    except (OSError, OverflowError) as exc:
        with contextlib.suppress(OSError):
            listening.close()
        raise ServingError(
            f"Port {port} of {host} cannot be listened on: {exc}. Take another, or 0 for one that "
            "is free."
        ) from exc
    listening.set_inheritable(False)
    return listening
