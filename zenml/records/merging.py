"""Columns added to serialised rows."""

from __future__ import annotations

from collections.abc import Sequence


def merge_rows(rows: Sequence[bytes], more: Sequence[bytes]) -> list[bytes]:
    r"""Rows with the columns of others, as many, and in the same order.

    Two serialised messages, one after the other, are their merger: what was there need not
    be decoded and encoded again. Of two columns of one name the later counts.

    Args:
        rows: Serialised `tf.train.Example`s.
        more: The same rows with other columns.

    Example:
        >>> merge_rows([b"\x01", b"\x02"], [b"\x03", b""])
        [b'\x01\x03', b'\x02']
    """
    return [row + added for row, added in zip(rows, more, strict=True)]
