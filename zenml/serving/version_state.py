"""VersionState: what a server says of a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LOADING, AVAILABLE, END = "LOADING", "AVAILABLE", "END"


@dataclass(frozen=True)
class VersionState:
    """What a server says of a version.

    Attributes:
        state: "LOADING", "AVAILABLE" or "END", as TensorFlow Serving calls them.
        error: Why it could not be loaded, or "".

    Example:
        >>> VersionState("AVAILABLE").to_json(3)["status"]["error_code"]
        'OK'
    """

    state: str
    error: str = ""

    def to_json(self, version: int) -> dict[str, Any]:
        """As TensorFlow Serving tells it."""
        code = "UNKNOWN" if self.error else "OK"
        status = {"error_code": code, "error_message": self.error}
        return {"version": str(version), "state": self.state, "status": status}
