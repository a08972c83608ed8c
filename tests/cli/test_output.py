"""How the command line prints tables."""

from __future__ import annotations

import pytest

from zenml.cli.output import print_rows
from zenml.cli.pipeline import _short


def test_what_is_too_wide_is_told_row_by_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"name": "größe " * 9, **{f"column_{n}": n + place for n in range(9)}} for place in (1, 2)
    ]
    monkeypatch.setenv("COLUMNS", "60")
    print_rows(rows, "table", "none")
    out = capsys.readouterr().out
    assert out.count("größe " * 8) == 2
    assert "\ncolumn_8  9\n\nname " in out
    assert out.endswith("column_8  10\n")
    monkeypatch.delenv("COLUMNS")
    wide = {f"column_{n}": "x" * 20 for n in range(100)}
    print_rows([wide], "table", "none")  # into a file: nothing is folded
    assert len(capsys.readouterr().out.splitlines()) == 3
    monkeypatch.setenv("COLUMNS", "40")
    print_rows([{"step": "split", "said": "several words " * 9, "n": 1}], "table", "none")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["step", "said", "n"]
    assert all(len(line) <= 40 for line in lines)


def test_lines_for_another_program_end_where_their_text_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_rows([{"step": "split", "note": "of a week"}, {"step": "fit", "note": "-"}], "table", "")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert [line for line in lines if line != line.rstrip()] == []


def test_seconds_of_runs_side_by_side_are_alike() -> None:
    told = [_short({"seconds": seconds})["seconds"] for seconds in (0.021543, 14.6214, None)]
    assert told == ["0.02", "14.62", None]
