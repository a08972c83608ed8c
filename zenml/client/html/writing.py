"""Pages written to files."""

from __future__ import annotations

import os

from zenml.errors import PageError
from zenml.files import write_text


def write_page(file: str | os.PathLike[str], html: str) -> None:
    """Writes a page, whole or not at all.

    Raises:
        PageError: It cannot be written there.
    """
    try:
        write_text(file, html)
    except OSError as exc:
        raise PageError(
            f"The page cannot be written to {os.fspath(file)}: {exc.strerror or exc}. Name a file "
            "in a folder that can be written to."
        ) from exc
