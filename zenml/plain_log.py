"""Warnings of a run, as a user reads them: one line, without the name of a module before it."""

from __future__ import annotations

import logging


class _Plain(logging.Formatter):
    """As logging has it by default, but for what this library says."""

    def __init__(self) -> None:
        super().__init__(logging.BASIC_FORMAT)
        self._own = logging.Formatter("Warning: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        if record.name.split(".")[0] == "zenml" and record.levelno == logging.WARNING:
            return self._own.format(record)
        return super().format(record)


def warn(log: logging.Logger, text: str) -> None:
    """Logs a warning.

    Handlers that write as `logging.basicConfig` has it, which packages call while they load,
    write it as "Warning: ..."; a format that a user has set stays.

    Example:
        >>> warn(logging.getLogger("zenml.components.example"), "4 of 10 rows are in no split.")
    """
    for handler in logging.root.handlers:
        # No public name tells the format of a formatter.
        if getattr(handler.formatter, "_fmt", None) == logging.BASIC_FORMAT:
            handler.setFormatter(_Plain())
    log.warning("%s", text)
