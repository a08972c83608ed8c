"""BytesMaterializer: bytes as they are."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable


class BytesMaterializer(BaseMaterializer):
    r"""Keeps bytes in a file.

    Example:
        >>> import tempfile
        >>> materializer = BytesMaterializer(tempfile.mkdtemp())
        >>> materializer.save(b"\x00\xff")
        >>> materializer.load(bytes)
        b'\x00\xff'
    """

    ASSOCIATED_TYPES = ("builtins.bytes",)
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes the file."""
        if type(value) is not bytes:
            raise Unsuitable("it is of a subclass of bytes")
        with open(self._path("data.bin"), "wb") as file:
            file.write(value)

    def load(self, data_type: Any) -> bytes:
        """Reads the file."""
        with open(self._path("data.bin"), "rb") as file:
            return file.read()

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Its length."""
        return {"bytes": len(value)}
