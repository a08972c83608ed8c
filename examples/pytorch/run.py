"""Makes a git repository, and runs `pipeline.py` in it.

    python examples/pytorch/run.py [FOLDER]

FOLDER (`pytorch-repository` where none is given) becomes a git repository of its own; run the
command again, and everything is taken from the cache. It needs PyTorch: pip install 'zenml[torch]'.
"""

from __future__ import annotations

import importlib.util
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
    for file in ("pipeline.py", "network.py"):
        shutil.copy(EXAMPLES / "pytorch" / file, folder)
    shutil.copy(EXAMPLES / "quickstart" / "data" / "penguins.csv", folder / "data")
    call(folder, "git", "init", "--quiet")
    call(folder, sys.executable, "-m", "zenml", "init")
    call(folder, "git", "add", ".")
    call(folder, "git", *QUIET, "commit", "--quiet", "--message", "The PyTorch pipelines")


def call(folder: Path, *command: str) -> None:
    """Runs a command in the folder."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    if importlib.util.find_spec("torch") is None:
        sys.exit("This example needs PyTorch, which is not installed: pip install 'zenml[torch]'")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "pytorch-repository").resolve()
    if not folder.exists():
        prepare(folder)
    sys.exit(subprocess.run([sys.executable, "pipeline.py"], cwd=folder).returncode)
