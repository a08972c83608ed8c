from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import AlreadyExistsException
from zenml.files import write_bytes, write_text


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.txt"
    write_text(path, "before")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "x" * 100_000 + "\ud800")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "after")
    assert [p.name for p in tmp_path.iterdir()] == ["f.txt"]
    assert path.read_text() == "before"


def test_a_name_of_a_file_is_written_as_it_is(tmp_path: Path) -> None:
    name = os.fsdecode(b"M\xfcll.py")  # as on a disk that another system wrote
    write_text(tmp_path / "f.txt", name)
    assert (tmp_path / "f.txt").read_bytes() == b"M\xfcll.py"


def test_an_exclusive_write_does_not_replace(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    write_text(path, "first", exclusive=True)
    with pytest.raises(AlreadyExistsException, match=r"f\.txt exists already"):
        write_text(path, "second", exclusive=True)
    assert path.read_text() == "first"
    assert len(list(tmp_path.iterdir())) == 1


def _write_exclusively(path: Path, text: str, barrier: Any, results: Any) -> None:
    barrier.wait()
    try:
        write_text(path, text, exclusive=True)
        results.put(text[0])
    except AlreadyExistsException:
        results.put("")


def test_of_two_processes_one_wins_and_the_file_is_whole(tmp_path: Path, race: Any) -> None:
    for turn in range(5):
        path = tmp_path / f"{turn}.txt"
        found = race(_write_exclusively, [(path, letter * 200_000) for letter in "abcd"])
        (winner,) = [letter for letter in found if letter]
        assert path.read_text() == winner * 200_000
    assert len(list(tmp_path.iterdir())) == 5


def test_the_mode_is_what_the_user_masks(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "f.bin", b"\0", sync=False)
    finally:
        os.umask(before)
    assert (tmp_path / "f.bin").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "f.bin").read_bytes() == b"\0"


def test_a_file_that_is_written_anew_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "run.sh"
    path.write_text("old")
    path.chmod(0o755)
    write_text(path, "new")
    assert (path.stat().st_mode & 0o777, path.read_text()) == (0o755, "new")
