"""What the README and the documentation print, runs and says what they say it does.

A page is played from top to bottom in a git repository of its own:

- a ```python block with a title is written to that file; one without is executed, all those of a
  page in one process;
- in a ```console block, lines that begin with "$ " are commands, and the others what they print
  (on standard output; on the other one only where they fail);
- a ```text block below a ```python block is what that prints, or the error that it raises.

Numbers, hashes and white space may differ; "..." stands for any text, and /home/ada/penguins for
the repository.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PENGUINS = ROOT / "examples" / "quickstart" / "data" / "penguins.csv"
# Notices of TensorFlow on the standard error of a command that fails.
NOTICE = re.compile(
    r"^(WARNING: All log messages|[IWE]\d{4} |[\d -]+:[\d:.]+: [IWE] ).*\n", re.MULTILINE
)
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Pages whose snippets train, or import TensorFlow for another reason.
TF_PAGES = {
    "README.md",
    "docs/tutorial.md",
    "docs/guides/after-training.md",
    "docs/guides/command-line.md",
    "docs/guides/datasources.md",
    "docs/guides/errors.md",
    "docs/guides/inference.md",
    "docs/guides/mixed.md",
    "docs/guides/own-pipelines.md",
    "docs/guides/own-steps.md",
    "docs/guides/run.md",
    "docs/guides/tfx.md",
}
STARTS_EMPTY = {"docs/tutorial.md"}
INITIALISES = {"docs/guides/repository.md"}  # itself, what git has already


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    title: str
    text: str
    line: int


def blocks_of(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        title = re.search(r'title="([^"]+)"', match[2])
        line = text.count("\n", 0, match.start()) + 2
        found.append(Block(match[1], title[1] if title else "", match[3], line))
    return found


def pages() -> list[object]:
    found = ["README.md", *(str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("docs/**/*.md")))]
    playable = [p for p in found if any(b.language in ("python", "console") for b in blocks_of(p))]
    tf = [pytest.mark.tf, pytest.mark.slow]
    return [pytest.param(page, id=page, marks=tf if page in TF_PAGES else []) for page in playable]


@pytest.mark.parametrize("page", pages())
def test_page_says_what_happens(page: str, tmp_path: Path) -> None:
    stage = Stage(page, tmp_path.resolve())
    try:
        blocks = blocks_of(page)
        for index, block in enumerate(blocks):
            below = blocks[index + 1] if index + 1 < len(blocks) else None
            want = below.text if below and below.language == "text" else None
            stage.play(block, want)
    finally:
        stage.close()


class Stage:
    """The folder and the Python process that a page is played in."""

    def __init__(self, page: str, folder: Path) -> None:
        self.page = page
        self.home = folder
        self.folder = folder / "penguins"
        self.folder.mkdir()
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
        self.environment = {
            **os.environ,
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "ZENML": str(ROOT),
            "COLUMNS": "120",
            # Python trusts a compiled file of the same second and size as the edited source.
            "PYTHONDONTWRITEBYTECODE": "1",
            **{f"GIT_{who}_NAME": "Reader" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "reader@example.com" for who in ("AUTHOR", "COMMITTER")},
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        if page in STARTS_EMPTY:
            self.folder.rmdir()
            self.folder = folder
        else:
            (self.folder / "data").mkdir()
            shutil.copy(PENGUINS, self.folder / "data")
            for command in (
                "git init -q -b main",
                *([] if page in INITIALISES else ["zenml init"]),
                "git add .",
                "git commit -q -m Penguins",
            ):
                assert self._shell(command)[0] == 0, command
        self._session: subprocess.Popen[str] | None = None

    def play(self, block: Block, want: str | None) -> None:
        if block.language == "python" and block.title:
            target = self.folder / block.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            self._python(block, want)
        elif block.language == "console":
            self._console(block)

    def close(self) -> None:
        if self._session is not None and self._session.stdin is not None:
            self._session.stdin.close()
            self._session.wait(timeout=PATIENCE)

    def _python(self, block: Block, want: str | None) -> None:
        if self._session is None:
            self._session = subprocess.Popen(
                [sys.executable, "-W", "ignore", str(Path(__file__).with_name("session.py"))],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._session.stdin is not None
        assert self._session.stdout is not None
        place = f"{self.page}:{block.line}"
        self._session.stdin.write(json.dumps([place, str(self.folder), block.text]) + "\n")
        self._session.stdin.flush()
        printed, error = json.loads(self._session.stdout.readline())
        raises = want is not None and re.match(r"[\w.]+Error: |[\w.]+Exception: ", want)
        assert bool(error) == bool(raises), f"{place}: {error or 'no error'}"
        if want is not None:
            self._compare(error if raises else printed, want, block)

    def _console(self, block: Block) -> None:
        commands = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
        assert not commands[0], f"{self.page}:{block.line}: begins with output"
        for entry in commands[1:]:
            command, _, want = entry.partition("\n")
            status, printed = self._shell(command)
            fails = re.search(r"^(zenml\.errors\.\w*)?Error: ", want, re.MULTILINE) is not None
            where = f"{self.page}:{block.line}: $ {command}"
            assert (status != 0) == fails, f"{where}\nstatus {status}\n{printed}"
            self._compare(printed, want, block)

    def _shell(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-c", f'{command}\nstatus=$?\npwd > "$OLD/.folder"\nexit $status'],
            cwd=self.folder,
            env={**self.environment, "OLD": str(self.folder)},
            capture_output=True,
            text=True,
        )
        note = self.folder / ".folder"
        self.folder = Path(note.read_text().strip())
        note.unlink()
        error = NOTICE.sub("", done.stderr) if done.returncode else ""
        return done.returncode, done.stdout + error

    def _compare(self, got: str, want: str, block: Block) -> None:
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        got = got.replace(str(self.home), "/home/ada")
        same = doctest.OutputChecker().check_output(_plain(want), _plain(got), flags)
        assert same, f"{self.page}:{block.line} says\n{want}\nand what happens is\n{got}"


def _plain(text: str) -> str:
    """Without what may differ: hashes, numbers, rules of tables, marks of tracebacks."""
    text = re.sub(r"[─━-]{3,}", "", text)
    text = re.sub(r"\d{4}(_\d\d){2}-(\d\d_){3}\d+", "#", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.+]*", "#", text)
    text = re.sub(r"(?<![0-9A-Za-z])[0-9a-f]{6,64}(?![0-9A-Za-z])", "#", text)
    text = re.sub(r"(?<![\w.])-?\d+(\.\d*)?(e[-+]?\d+)?", "#", text)
    text = text.replace('"#"', "#")  # YAML quotes what could be read as a number
    text = re.sub(r"(?m)^[ ~^]+$\n?", "", text)  # newer Pythons mark the place in a traceback
    return text.strip() + "\n"
