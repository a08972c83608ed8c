"""A project in a repository, and what runs in it: `play.py`, and the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from zenml.repo import Repository

STEPS = """
from zenml import step
{imports}

@step
def one() -> int:
    return 1

@step
def scale(x: int) -> int:
    return x * {factor}
"""


PLAY = """
import sys
{steps}
from zenml import pipeline
from zenml.errors import ZenMLError
from zenml.repo import GitRepository, Repository
from zenml.repo.checkout import checkout

@pipeline
def told():
    scale(one())

@pipeline
def beside():
    x = one()
    old.with_options(name="old")(x)
    scale(x)

def main():
    global old
    source, sha, file = sys.argv[1:]
    result = told()
    print("run", result.name)
    print("value", result.steps["scale"].output.load())
    try:
        if sha:
            old = Repository.get_instance().get_step_by_version(source, sha)
            steps = beside().steps
            print("old", steps["old"].output.load(), "new", steps["scale"].output.load())
            with checkout(GitRepository(), sha) as tree:
                lines = (tree / file).read_text().replace(" ", "").splitlines()
                print("factor", "FACTOR=2" in lines)
    except ZenMLError as exc:
        print("refused", type(exc).__name__, str(exc))
    from zenml.cli.main import main as zenml
    print("why:")
    zenml(["run", "why", result.name])

if __name__ == "__main__":
    main()
"""


ZENML = """
import sys
from zenml.cli.main import main
sys.stderr = sys.stdout
for words in {commands!r}:
    try:
        main([*words])
        print(words[-1], "status", 0)
    except SystemExit as exc:
        print(words[-1], "status", exc.code or 0)
"""


@dataclass
class Shape:
    """A project in a repository.

    Attributes:
        root: The root of the work tree.
        folder: The folder in it that commands run in.
        file: The file that holds the factor, from the root.
        source: Of the step `scale`; `old_source` is that at the first commit.
        command: What runs `play.py`.
        why: Part of what `zenml run why` says of the step in the end.
        variables: Of its environment.
    """

    root: Path
    folder: str = "."
    file: str = "steps.py"
    source: str = "steps.scale"
    old_source: str = ""
    command: tuple[str, ...] = ("play.py",)
    why: str = "Change the factor"
    variables: dict[str, str] = field(default_factory=dict)

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def init(self, *words: str) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *words)

    def commit(self, files: dict[str, str] | None = None) -> str:
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=Change the factor")
        return self.git("rev-parse", "HEAD")

    def factor(self, value: int) -> dict[str, str]:
        text = (self.root / self.file).read_text()
        return {self.file: text.replace("FACTOR = 2", f"FACTOR = {value}")}

    def play(self, sha: str = "") -> list[str]:
        """Runs `play.py`; the lines that it prints."""
        return self.python(*self.command, self.old_source or self.source, sha, self.file)

    def zenml(self, *commands: tuple[str, ...]) -> list[str]:
        """Calls the command line, in one process; each command ends with a line of its status."""
        return self.python("-c", ZENML.format(commands=commands))

    def python(self, *words: str) -> list[str]:
        """Runs Python in the folder; the lines that it prints."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.root / self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200", **self.variables},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout.splitlines()


def files(module: str = "steps", helper: str = "helper", imports: str = "") -> dict[str, str]:
    """A module with steps, a helper with the factor, and `play.py`."""
    imports = imports or f"from {helper} import FACTOR"
    return {
        f"{module.replace('.', '/')}.py": STEPS.format(imports=imports, factor="FACTOR"),
        f"{helper.replace('.', '/')}.py": "FACTOR = 2\n",
        "play.py": PLAY.format(steps=f"from {module} import one, scale"),
        ".gitignore": "pipelines/\n",
    }


def plain(shape: Shape) -> str:
    shape.init()
    shape.file = "helper.py"
    sha = shape.commit(files())
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def begin(shape: Shape) -> str:
    """`zenml init`, and the first run; its name."""
    Repository.init_repo(str(shape.root / shape.folder))
    said = shape.play()
    assert "value 2" in said
    return run_of(said)


def run_of(said: list[str]) -> str:
    (name,) = [line.split()[1] for line in said if line.startswith("run ")]
    return name
