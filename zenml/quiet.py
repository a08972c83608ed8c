"""Keeps the notices of TensorFlow and Beam off the terminal while they load."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator

from zenml.edges import is_set

_NOTICE = re.compile(rb"^(I\d{4} |WARNING: All log messages before absl::InitializeLog)")


def quiet_imports() -> None:
    """Keeps the notices that TensorFlow and Beam print while they load off the terminal.

    What a user sets himself in the environment stays as it is.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"google\..*")
    import absl.logging

    absl.logging.set_verbosity(absl.logging.ERROR)


def load_tensorflow() -> None:
    """Loads TensorFlow and the encoder of rows without their notices, if they are not there yet.

    Who predicts rows with a model of scikit-learn is not to read of drivers for a GPU.
    """
    if "tensorflow" in sys.modules:
        return
    quiet_imports()
    with without_notices():
        import tensorflow  # noqa: F401 - used later
        from tfx_bsl.coders import example_coder  # noqa: F401 - the same


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
