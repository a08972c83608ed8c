"""Files that are either whole or not there."""

from __future__ import annotations

import os


def write_atomically(folder: str, name: str, data: bytes) -> str:
    """Writes a file under a temporary name and renames it.

    Returns:
        Its path.
    """
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "wb") as file:
        file.write(data)
    os.replace(temporary, path)
    return path
