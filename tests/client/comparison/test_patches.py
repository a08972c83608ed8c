"""What was not committed, out of the difference that was kept of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.client.comparison.patches import contents_of, read_patches
from zenml.repo.git import GitRepository
from zenml.repo.tree import blob_hash

LINES = "".join(f"line {number}\n" for number in range(40))
EDITS = {
    "in two places": LINES.replace("line 3\n", "three\n").replace("line 35\n", "a\nb\n"),
    "at the begin": f"new\n{LINES}",
    "the end of the last line": LINES[:-1],
    "the last line": LINES.replace("line 39\n", "line 39 without an end"),
    "all of it": "other\n",
    "nothing is left": "",
    "odd line ends": LINES.replace("line 7\n", "line 7\r\n\x0cline\rseven\n"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_ran_is_made_again(git_repo: Path, commit: Callable[..., str], edit: str) -> None:
    commit({"a.py": LINES, "b c/ä.py": "x = 1\n"})
    Path("a.py").write_bytes(EDITS[edit].encode())
    Path("b c/ä.py").write_text("x = 2\n")
    git = GitRepository()
    text = f"# one, two\n{git.diff(['a.py', 'b c/ä.py'])}\n# three\n"
    patches = read_patches(text.encode())
    known = git.read_blobs([patch.before for patch in patches])
    made = contents_of(patches, known)
    assert made[blob_hash(EDITS[edit].encode())] == EDITS[edit].encode()
    assert made[blob_hash(b"x = 2\n")] == b"x = 2\n"
    assert [patch.path for patch in patches] == ["a.py", "b c/ä.py"]
    assert patches[0].nodes == ("one", "two")


def test_new_files_and_removed_ones(git_repo: Path, commit: Callable[..., str]) -> None:
    commit({"gone.py": "x = 1\n"})
    Path("gone.py").unlink()
    Path("new.py").write_text("y = 1\ny = 2")
    gone, new = read_patches(GitRepository().diff(["gone.py", "new.py"]).encode())
    assert (gone.path, gone.is_removed, gone.is_new) == ("gone.py", True, False)
    assert (new.path, new.is_removed, new.is_new) == ("new.py", False, True)
    assert new.apply(b"") == b"y = 1\ny = 2"


def test_a_content_that_is_not_what_ran_is_not_taken(
    git_repo: Path, commit: Callable[..., str]
) -> None:
    commit({"a.py": LINES})
    Path("a.py").write_text(LINES.replace("line 3\n", "three\n"))
    (patch,) = read_patches(GitRepository().diff(["a.py"]).encode())
    assert patch.apply(LINES.replace("line 20\n", "twenty\n").encode()) is None
    assert patch.apply(b"") is None
    assert contents_of([patch], {}) == {}
