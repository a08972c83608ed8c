"""Keeps the notices of libraries off the terminal while they load."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator

from zenml.edges import is_set

_NOTICE = re.compile(rb"^(I\d{4} |WARNING: All log messages before absl::InitializeLog)")


@contextlib.contextmanager
def without_notices() -> Iterator[None]:
    """Holds back standard error, and lets go what is no mere information of a C++ library.

    TensorFlow's newer releases write such lines before any setting of theirs is
    read. With ZENML_DEBUG=1 everything is printed, as it comes.

    Example:
        >>> with without_notices():
        ...     print("done")
        done
    """
    try:
        saved = -1 if is_set("ZENML_DEBUG") else os.dup(2)
    except OSError:  # there is no standard error
        saved = -1
    if saved < 0:
        yield
        return
    with tempfile.TemporaryFile() as held:
        sys.stderr.flush()
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)
            held.seek(0)
            for line in held:
                if not _NOTICE.match(line):
                    os.write(2, line)
