"""Makes a git repository, and runs `pipeline.py` in it.

    python examples/text/run.py [FOLDER [SENTENCE ...]]

FOLDER (`text-repository` where none is given) becomes a git repository of its own; run the
command again with other sentences, and the training is taken from the cache.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The commit needs nobody: neither a name in git's config nor a key to sign with.
QUIET = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]


def prepare(folder: Path) -> None:
    """The repository: the pipeline, the data, `zenml init`, one commit."""
    (folder / "data").mkdir(parents=True)
    shutil.copy(HERE / "pipeline.py", folder)
    shutil.copy(HERE / "data" / "docstrings.csv", folder / "data")
    call(folder, "git", "init", "--quiet")
    call(folder, sys.executable, "-m", "zenml", "init")
    call(folder, "git", "add", ".")
    call(folder, "git", *QUIET, "commit", "--quiet", "--message", "The text pipeline")


def call(folder: Path, *command: str) -> None:
    """Runs a command in the folder."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "text-repository").resolve()
    if not folder.exists():
        prepare(folder)
    done = subprocess.run([sys.executable, "pipeline.py", *sys.argv[2:]], cwd=folder)
    sys.exit(done.returncode)
