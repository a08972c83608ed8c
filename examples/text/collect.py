"""How `data/docstrings.csv` was collected: from the source of Python's standard library.

python examples/text/collect.py /usr/lib/python3.11 > examples/text/data/docstrings.csv
"""

from __future__ import annotations

import ast
import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

TOPICS = {
    "email": ["email", "mailbox.py", "smtplib.py", "imaplib.py", "poplib.py"],
    "files": ["pathlib.py", "shutil.py", "zipfile.py", "tarfile.py", "tempfile.py", "os.py",
              "posixpath.py", "glob.py", "fileinput.py", "_pyio.py", "gzip.py", "importlib"],
    "numbers": ["_pydecimal.py", "fractions.py", "statistics.py", "random.py", "numbers.py",
                "ipaddress.py", "_pydatetime.py", "datetime.py", "calendar.py"],
    "tasks": ["asyncio", "concurrent", "multiprocessing", "threading.py", "queue.py", "sched.py",
              "subprocess.py", "selectors.py"],
    "tests": ["unittest", "doctest.py", "pdb.py", "bdb.py", "trace.py", "inspect.py"],
    "windows": ["tkinter", "turtle.py"],
}  # fmt: skip
MOST = 230


def docstrings(path: Path) -> Iterator[str]:
    """First paragraph of every docstring of a file or folder, on one line."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path] * path.exists()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                text = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
                if 5 <= len(text.split()) <= 60 and text.isascii():
                    yield text


def main() -> None:
    """Writes the table, the same for the same Python."""
    library, seen = Path(sys.argv[1]), set()
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["text", "topic"])
    for topic, parts in TOPICS.items():
        found = [text for part in parts for text in docstrings(library / part)]
        new = [text for text in dict.fromkeys(found) if text not in seen]
        seen.update(new)
        random.Random(0).shuffle(new)
        table.writerows([text, topic] for text in sorted(new[:MOST]))


if __name__ == "__main__":
    main()
