"""Training that gives the same weights each time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def deterministic_operations() -> Iterator[None]:
    """Has TensorFlow take operations that give the same result each time, in the same order.

    On a CPU most do so anyway; on a GPU sums would else depend on which thread came first.
    What runs later in the process is as free as it was before.
    """
    import tensorflow as tf

    # TensorFlow can be told so in public, but neither asked nor released again.
    from tensorflow.python.util import _pywrap_determinism as setting

    before = setting.is_enabled()
    tf.config.experimental.enable_op_determinism()
    try:
        yield
    finally:
        setting.enable(before)
