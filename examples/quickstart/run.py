"""The quickstart: makes a git repository, runs `pipeline.py` in it, shows the results.

    python examples/quickstart/run.py [FOLDER]

FOLDER (`quickstart-repository` where none is given) becomes a git repository of its
own; run the command again, and what has not changed is taken from the cache.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
IDENTITY = ["-c", "user.name=Quickstart", "-c", "user.email=quickstart@example.com"]


def prepare(folder: Path) -> None:
    """Makes the repository: the pipeline, the data, one commit, `zenml init`."""
    if (folder / ".git").exists():
        return
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"{folder} is not empty and no git repository: name another folder.")
    (folder / "data").mkdir(parents=True)
    shutil.copy(HERE / "pipeline.py", folder)
    shutil.copy(HERE / "data" / "penguins.csv", folder / "data")
    git(folder, "init", "--quiet")
    zenml(folder, "init")
    git(folder, "add", ".")
    git(folder, *IDENTITY, "commit", "--quiet", "--message", "The penguins pipeline")


def git(folder: Path, *command: str) -> None:
    """Runs git in the folder."""
    subprocess.run(["git", *command], cwd=folder, check=True)


def zenml(folder: Path, *command: str) -> str:
    """Runs zenml in the folder and gives what it prints."""
    call = [sys.executable, "-m", "zenml", *command]
    return subprocess.run(call, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def show(folder: Path) -> None:
    """Prints what came out, and where it lies."""
    pipeline = json.loads(zenml(folder, "pipeline", "get", "penguins", "--output", "json"))
    evaluation = sorted(folder.glob(".zenml/local_store/artifacts/*/*/evaluator/evaluation/*"))
    overall = json.loads((evaluation[-1] / "metrics.json").read_text())
    print("\nMetrics on the test split:")
    print(json.dumps(overall, indent=2))
    print("\nResults:")
    print(f"  pipeline file   {folder / pipeline['file']}")
    print(f"  deployed model  {max((folder / 'deployed' / 'penguins').iterdir())}")
    print(f"  evaluation      {evaluation[-1]}")
    print(f"  ask on          cd {folder} && zenml pipeline get penguins")


def main() -> None:
    """Prepares, runs, shows."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "quickstart-repository").resolve()
    prepare(folder)
    print(f"Repository: {folder}\n", flush=True)
    done = subprocess.run([sys.executable, "pipeline.py"], cwd=folder)
    if done.returncode:
        sys.exit(done.returncode)
    show(folder)


if __name__ == "__main__":
    main()
