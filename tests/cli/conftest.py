"""The command line, called in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from zenml.cli.main import main


class Answer(NamedTuple):
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str


Zenml = Callable[..., Answer]


@pytest.fixture
def zenml(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Zenml:
    """Runs the command line on a terminal of 60 columns, with nobody there to answer."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("ZENML_DEBUG", raising=False)

    def run(*words: str) -> Answer:
        status: Any = 0
        capsys.readouterr()
        try:
            main(list(words))
        except SystemExit as exc:
            status = exc.code or 0
        out, err = capsys.readouterr()
        return Answer(status, out, err)

    return run
