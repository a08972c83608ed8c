"""Makes a git repository, and runs `serve.py` in it.

    python examples/serving/run.py [FOLDER]

FOLDER (`serving-repository` where none is given) becomes a git repository of its own; run the
command again, and nothing is trained anew.
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
    """The repository: the pipeline, the data, `zenml init`, one commit."""
    (folder / "data").mkdir(parents=True)
    for name in ("pipeline.py", "serve.py"):
        shutil.copy(EXAMPLES / "serving" / name, folder)
    shutil.copy(EXAMPLES / "quickstart" / "data" / "penguins.csv", folder / "data")
    call(folder, "git", "init", "--quiet")
    call(folder, sys.executable, "-m", "zenml", "init")
    call(folder, "git", "add", ".")
    call(folder, "git", *QUIET, "commit", "--quiet", "--message", "A pipeline and its server")


def call(folder: Path, *command: str) -> None:
    """Runs a command in the folder."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "serving-repository").resolve()
    if not folder.exists():
        prepare(folder)
    sys.exit(subprocess.run([sys.executable, "serve.py"], cwd=folder).returncode)
