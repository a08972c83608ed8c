"""Makes a git repository, and runs `pipeline.py` in it.

    python examples/batch_inference/run.py [FOLDER]

FOLDER (`inference-repository` where none is given) becomes a git repository of its own; run the
command again, and everything is taken from the cache, but for files that you have removed.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent
# The commit needs nobody: neither a name in git's config nor a key to sign with.
QUIET = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]


def prepare(folder: Path) -> None:
    """The repository: the pipelines, the data, `zenml init`, one commit."""
    (folder / "data").mkdir(parents=True)
    shutil.copy(EXAMPLES / "batch_inference" / "pipeline.py", folder)
    penguins = EXAMPLES / "quickstart" / "data" / "penguins.csv"
    shutil.copy(penguins, folder / "data")
    forget(penguins, folder / "data" / "unknown.csv", "species")
    call(folder, "git", "init", "--quiet")
    call(folder, sys.executable, "-m", "zenml", "init")
    call(folder, "git", "add", ".")
    call(folder, "git", *QUIET, "commit", "--quiet", "--message", "The inference pipelines")


def forget(table: Path, target: Path, column: str) -> None:
    """Copies a table without one of its columns."""
    with open(table, newline="") as source, open(target, "w", newline="") as copy:
        rows = list(csv.DictReader(source))
        names = [name for name in rows[0] if name != column]
        writer = csv.DictWriter(copy, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def call(folder: Path, *command: str) -> None:
    """Runs a command in the folder."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "inference-repository").resolve()
    if not folder.exists():
        prepare(folder)
    sys.exit(subprocess.run([sys.executable, "pipeline.py"], cwd=folder).returncode)
