"""Makes a git repository with a folder of images, and runs `pipeline.py` in it.

    python examples/images/run.py [FOLDER]

FOLDER (`images-repository` where none is given) becomes a git repository of its own; run the
command again, and everything is taken from the cache. The images are written by this file: the
1,797 handwritten digits that come with scikit-learn.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# The commit needs nobody: neither a name in git's config nor a key to sign with.
QUIET = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]


def prepare(folder: Path) -> None:
    """The repository: the pipeline, the images, `zenml init`, one commit."""
    folder.mkdir(parents=True)
    shutil.copy(HERE / "pipeline.py", folder)
    write_digits(folder / "data" / "digits")
    call(folder, "git", "init", "--quiet")
    call(folder, sys.executable, "-m", "zenml", "init")
    call(folder, "git", "add", ".")
    call(folder, "git", *QUIET, "commit", "--quiet", "--message", "The digits pipeline")


def write_digits(folder: Path) -> None:
    """A PNG file for each digit, in a folder for each number, and their labels beside them."""
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    labels: dict[str, Any] = {}
    for number, (pixels, digit) in enumerate(zip(digits.images, digits.target, strict=True)):
        name = f"{digit}/{number:04d}.png"
        (folder / str(digit)).mkdir(parents=True, exist_ok=True)
        Image.fromarray((pixels * 255 / 16).astype("uint8")).save(folder / name)
        ink = "bold" if pixels.mean() > digits.images.mean() else "thin"
        labels[name] = {"label": int(digit), "metadata": {"ink": ink}}
    (folder / "labels.json").write_text(json.dumps(labels, indent=1))


def call(folder: Path, *command: str) -> None:
    """Runs a command in the folder."""
    subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "images-repository").resolve()
    if not folder.exists():
        prepare(folder)
    sys.exit(subprocess.run([sys.executable, "pipeline.py"], cwd=folder).returncode)
