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

from zenml.hints import command_line

HERE = Path(__file__).resolve().parent
# The commit needs nobody: neither a name in git's config nor a key to sign with.
QUIET = ["-c", "user.name=Quickstart", "-c", "user.email=quickstart@example.com"]
QUIET += ["-c", "commit.gpgsign=false"]
QUESTIONS = """
import json
from zenml.repo import Repository

pipeline = Repository.get_instance().get_pipeline_by_name("penguins")
metrics = pipeline.evaluate()
views = {"evaluation": metrics, "statistics": pipeline.view_statistics()}
views["schema"] = pipeline.view_schema()
pages = {name: view.attrs["page"] for name, view in views.items()}
print(json.dumps({"metrics": metrics.to_string(index=False), "pages": pages}))
"""


def prepare(folder: Path) -> None:
    """Makes the repository: the pipeline, the data, `zenml init`, one commit.

    Called again, it does what an interrupted call has left undone.
    """
    if not (folder / ".git").exists():
        if folder.exists() and any(folder.iterdir()):
            sys.exit(f"{folder} is not empty and no git repository: name another folder.")
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet")
    if has_commit(folder):
        return
    pipeline = folder / "pipeline.py"
    whole = (HERE / "pipeline.py").read_bytes()
    if pipeline.exists() and not whole.startswith(pipeline.read_bytes()):
        sys.exit(f"{pipeline} is not the quickstart's: name another folder.")
    (folder / "data").mkdir(exist_ok=True)
    pipeline.write_bytes(whole)
    shutil.copy(HERE / "data" / "penguins.csv", folder / "data")
    if not (folder / ".zenml" / "settings.yaml").exists():
        zenml(folder, "init")
    git(folder, "add", ".")
    git(folder, *QUIET, "commit", "--quiet", "--message", "The penguins pipeline")


def has_commit(folder: Path) -> bool:
    """Whether the repository has its commit, which `prepare` makes last."""
    call = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    return subprocess.run(call, cwd=folder, stdout=subprocess.DEVNULL).returncode == 0


def git(folder: Path, *command: str) -> None:
    """Runs git in the folder."""
    subprocess.run(["git", *command], cwd=folder, check=True)


def zenml(folder: Path, *command: str) -> str:
    """Runs zenml in the folder and gives what it prints."""
    return python(folder, "-m", "zenml", *command)


def python(folder: Path, *command: str) -> str:
    """Runs Python in the folder and gives what it prints."""
    call = [sys.executable, *command]
    return subprocess.run(call, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def show(folder: Path) -> None:
    """Prints what came out, and where it lies."""
    pipeline = json.loads(zenml(folder, "pipeline", "get", "penguins", "--output", "json"))
    asked = json.loads(python(folder, "-c", QUESTIONS).splitlines()[-1])
    print("\nMetrics on the test split, overall and by slice:")
    print(asked["metrics"])
    print("\nResults:")
    print(f"  pipeline file   {folder / pipeline['file']}")
    print(f"  deployed model  {max((folder / 'deployed' / 'penguins').iterdir())}")
    print(f"  ask on          cd {folder} && {command_line()} pipeline get penguins")
    print("\nPages, which open without a network:")
    for name, page in asked["pages"].items():
        print(f"  {name:<15} {page}")


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
