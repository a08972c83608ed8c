"""Makes a git repository, and runs `pipeline.py` in it.

    python examples/scikit_learn/run.py [FOLDER]

FOLDER (`scikit-learn-repository` where none is given) becomes a git repository of its own; run the
command again, and everything is taken from the cache.
"""

from __future__ import annotations

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
    shutil.copy(EXAMPLES / "scikit_learn" / "pipeline.py", folder)
    shutil.copy(EXAMPLES / "quickstart" / "data" / "penguins.csv", folder / "data")
    call(folder, "git", "init", "--quiet")
    call(folder, sys.executable, "-m", "zenml", "init")
    call(folder, "git", "add", ".")
    call(folder, "git", *QUIET, "commit", "--quiet", "--message", "Two pipelines of penguins")


def call(folder: Path, *command: str) -> None:
    """Runs a command in the folder."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "scikit-learn-repository").resolve()
    if not folder.exists():
        prepare(folder)
    sys.exit(subprocess.run([sys.executable, "pipeline.py"], cwd=folder).returncode)
