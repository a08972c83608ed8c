"""Repositories of every shape: a pipeline runs, says why and gets at old versions, or says why not.

In each, `play.py` runs at a first commit, in which the factor is 2, and at a second, where it is 3.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

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


def detached(shape: Shape) -> str:
    sha = plain(shape)
    shape.git("checkout", "--quiet", "--detach")
    return sha


def packed(shape: Shape) -> str:
    sha = plain(shape)
    shape.git("gc", "--quiet", "--aggressive", "--prune=now")
    return sha


def sub_folder(shape: Shape) -> str:
    shape.init()
    shape.folder, shape.file = "projects/birds", "projects/birds/helper.py"
    found = {f"{shape.folder}/{name}": text for name, text in files().items()}
    sha = shape.commit({**found, ".gitignore": "pipelines/\n"})
    begin(shape)
    shape.commit({"projects/other/helper.py": "FACTOR = 9\n", **shape.factor(3)})
    return sha


def renamed(shape: Shape) -> str:
    sha = plain(shape)
    shape.old_source, shape.source = "steps.scale", "birds.scale"
    shape.why = "steps.scale -> birds.scale"
    shape.git("mv", "steps.py", "birds.py")
    shape.commit({"play.py": PLAY.format(steps="from birds import one, scale")})
    return sha


def merged(shape: Shape) -> str:
    shape.init()
    shape.file = "helper.py"
    sha = shape.commit(files())
    begin(shape)
    shape.commit()  # what zenml added to .gitignore
    shape.git("checkout", "--quiet", "-b", "side")
    shape.commit(shape.factor(3))
    shape.git("checkout", "--quiet", "main")
    shape.commit({"elsewhere.py": "X = 1\n"})
    shape.git("merge", "--quiet", "--no-ff", "--message=Merge", "side")
    return sha


def long(shape: Shape) -> str:
    sha = plain(shape)
    lines = []
    for number in range(1000):
        parent = f"from {shape.git('rev-parse', 'HEAD')}\n" if number == 0 else ""
        lines.append(
            f"commit refs/heads/main\ncommitter A <a@b.c> {1_800_000_000 + number} +0000\n"
        )
        text = f"{number}\n"
        lines.append(f"data 1\nc\n{parent}M 644 inline log.txt\ndata {len(text)}\n{text}\n")
    done = ["git", "fast-import", "--quiet"]
    subprocess.run(done, cwd=shape.root, input="".join(lines).encode(), check=True)
    shape.git("reset", "--quiet", "--hard")
    return sha


def namespace(shape: Shape) -> str:
    shape.init()
    shape.file, shape.source = "lab/parts/helper.py", "lab.parts.steps.scale"
    sha = shape.commit(files("lab.parts.steps", "lab.parts.helper"))
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def relative(shape: Shape) -> str:
    shape.init()
    shape.file, shape.source = "lab/helper.py", "lab.parts.steps.scale"
    imports = "from ..helper import FACTOR"
    package = {"lab/__init__.py": "", "lab/parts/__init__.py": ""}
    sha = shape.commit({**package, **files("lab.parts.steps", "lab.helper", imports)})
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def as_a_module(shape: Shape) -> str:
    shape.init()
    shape.file, shape.source = "lab/helper.py", "lab.steps.scale"
    shape.command = ("-m", "lab.play")
    found = files("lab.steps", "lab.helper", "from .helper import FACTOR")
    found["lab/play.py"] = found.pop("play.py").replace("lab.steps", ".steps")
    sha = shape.commit({"lab/__init__.py": "", **found})
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def src(shape: Shape) -> str:
    shape.init()
    shape.file, shape.source = "src/lab/helper.py", "lab.steps.scale"
    shape.variables = {"PYTHONPATH": "src"}
    found = files("lab.steps", "lab.helper")
    moved = {f"src/{name}" if "/" in name else name: text for name, text in found.items()}
    sha = shape.commit({"src/lab/__init__.py": "", **moved})
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def in_main(shape: Shape) -> str:
    shape.init()
    shape.file, shape.source = "play.py", "play.scale"
    steps = STEPS.format(imports="FACTOR = 2", factor="FACTOR")
    sha = shape.commit({"play.py": PLAY.format(steps=steps), ".gitignore": "pipelines/\n"})
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def sha256(shape: Shape) -> str:
    shape.root.mkdir()
    done = ["git", "init", "--quiet", "--object-format=sha256", str(shape.root)]
    if subprocess.run(done, capture_output=True).returncode:
        pytest.skip("This git knows no SHA-256.")
    return plain(shape)


def reftables(shape: Shape) -> str:
    shape.root.mkdir()
    done = ["git", "init", "--quiet", "--ref-format=reftable", str(shape.root)]
    if subprocess.run(done, capture_output=True).returncode:
        pytest.skip("This git knows no reftables.")
    return plain(shape)


def odd_name(shape: Shape) -> str:
    shape.root = shape.root / "Vögel und 'andere' #1"
    return plain(shape)


def moved(shape: Shape) -> str:
    sha = plain(shape)
    move(shape)
    return sha


def move(shape: Shape) -> None:
    shape.root = shape.root.rename(shape.root.parent / "another name")


def elsewhere(shape: Shape) -> str:
    shape.init(f"--separate-git-dir={shape.root.parent / 'elsewhere.git'}")
    shape.file = "helper.py"
    sha = shape.commit(files())
    begin(shape)
    shape.commit(shape.factor(3))
    return sha


def linked(shape: Shape) -> str:
    sha = plain(shape)
    other = shape.root.parent / "linked"
    shape.git("worktree", "add", "--quiet", "-b", "beside", str(other), "HEAD")
    shape.root = other
    return sha


def submodule_itself(shape: Shape) -> str:
    main = Shape(shape.root, file="helper.py")
    main.init()
    main.commit(files())
    outer = Shape(shape.root.parent / "outer")
    outer.init()
    add = ("submodule", "--quiet", "add", str(main.root), "birds")
    outer.git("-c", "protocol.file.allow=always", *add)
    outer.commit()
    shape.root, shape.file = outer.root / "birds", "helper.py"
    begin(shape)
    sha = shape.git("rev-parse", "HEAD")
    shape.commit(shape.factor(3))
    return sha


def sparse(shape: Shape) -> str:
    sha = plain(shape)
    shape.commit({"docs/page.md": "A page.\n"})
    shape.git("sparse-checkout", "set", "birds")
    return sha


SHAPES = [
    plain, detached, packed, sub_folder, renamed, merged, long, namespace, relative, as_a_module,
    src, in_main, sha256, reftables, odd_name, moved, elsewhere, linked, submodule_itself, sparse,
]  # fmt: skip


@pytest.fixture
def shape(tmp_path: Path) -> Shape:
    return Shape(tmp_path.resolve() / "repository")


@pytest.mark.parametrize("make", SHAPES, ids=lambda make: make.__name__)
def test_it_works(shape: Shape, make: Callable[[Shape], str]) -> None:
    sha = make(shape)
    before = shape.git("status", "--porcelain", "--branch")
    said = shape.play(sha)
    assert "value 3" in said
    assert "old 2 new 3" in said
    assert "factor True" in said
    assert shape.why in why(said)
    assert shape.git("status", "--porcelain", "--branch") == before


@pytest.mark.parametrize(
    "make", [sub_folder, sha256, submodule_itself], ids=lambda make: make.__name__
)
def test_runs_are_reproduced_searched_and_released(
    shape: Shape, make: Callable[[Shape], str]
) -> None:
    sha = make(shape)
    run = run_of(shape.play())
    before = shape.git("status", "--porcelain", "--branch")
    metric = ("--metric", "scale.output", "--lower-is-better")
    said = shape.zenml(
        ("run", "reproduce", run),
        ("bisect", "told", *metric, "--good", sha, "--bad", "HEAD"),
        ("release", "create", "one", run),
        ("release", "verify", "one"),
    )
    assert [line for line in said if " status " in line] == [
        f"{run} status 0", "HEAD status 0", f"{run} status 0", "one status 0"
    ]  # fmt: skip
    assert f"Run {run}: identical" in " ".join(said)
    assert "from 2 to 3" in " ".join(said)
    assert shape.git("status", "--porcelain", "--branch") == before


def test_what_ran_before_a_move_counts_after_it(shape: Shape) -> None:
    sha = plain(shape)
    run = run_of(shape.play())
    shape.zenml(("release", "create", "one", run))
    move(shape)
    assert "value 3" in (said := shape.play(sha))
    assert f"was not run: its result of run {run} is as good" in why(said)
    metric = ("--metric", "scale.output", "--lower-is-better")
    said = shape.zenml(
        ("release", "verify", "one"),
        ("run", "reproduce", run),
        ("bisect", "told", *metric, "--good", sha, "--bad", "HEAD"),
    )
    assert [line for line in said if " status " in line] == [
        "one status 0", f"{run} status 0", "HEAD status 0"
    ]  # fmt: skip
    assert f"Run {run}: identical" in " ".join(said)


def why(said: list[str]) -> str:
    """What `zenml run why` says of the step."""
    after = said[said.index("why:") :]
    return " ".join(after).partition("scale")[2]


def refused(said: list[str]) -> str:
    """The one line in which it is said why not."""
    (line,) = [line for line in said if line.startswith("refused")]
    return line


def test_a_shallow_clone_says_how_to_get_the_rest(shape: Shape, tmp_path: Path) -> None:
    sha = plain(shape)
    clone = Shape(tmp_path / "clone", file="helper.py")
    shape.git("clone", "--quiet", "--depth=1", shape.root.as_uri(), str(clone.root))
    Repository.init_repo(str(clone.root))
    said = clone.play(sha)
    assert "value 3" in said
    assert "There is no commit" in refused(said)
    assert any("git fetch --unshallow" in line for line in said)
    shape.root = clone.root
    clone.git("fetch", "--quiet", "--unshallow")
    assert "old 2 new 3" in clone.play(sha)


def test_code_in_a_submodule_is_not_pinned_and_that_is_said(shape: Shape, tmp_path: Path) -> None:
    shared = Shape(tmp_path / "shared")
    shared.init()
    shared.commit({"factors.py": "FACTOR = 2\n", "__init__.py": ""})
    shape.init()
    shape.file = "shared/factors.py"
    add = ("submodule", "--quiet", "add", str(shared.root), "shared")
    shape.git("-c", "protocol.file.allow=always", *add)
    found = files(imports="from shared.factors import FACTOR")
    sha = shape.commit(found)
    begin(shape)
    shape.write(shape.factor(3))
    said = shape.play(sha)
    assert "value 3" in said
    assert "shared" in refused(said)
    assert "shared/factors.py changed" in why(said)


def test_before_the_first_commit_it_runs_and_there_is_no_old_version(shape: Shape) -> None:
    shape.init()
    shape.file = "helper.py"
    shape.write(files())
    begin(shape)
    shape.write(shape.factor(3))
    said = shape.play("HEAD")
    assert "value 3" in said
    assert "There is no commit 'HEAD'" in refused(said)
    assert "helper.py changed (not committed)" in why(said)


def test_a_checkout_lacks_what_its_commit_does_not_hold(shape: Shape) -> None:
    sha = plain(shape)
    shape.source = "steps.nothing"
    assert "nothing" in refused(shape.play(sha))


def test_where_the_commits_of_an_earlier_run_are_gone(shape: Shape, tmp_path: Path) -> None:
    """As where a build keeps `.zenml` from one shallow clone to the next."""
    shape.init()
    shape.file = "helper.py"
    old = shape.commit(files())
    clone = Shape(tmp_path / "clone", file="helper.py")
    shape.git("clone", "--quiet", "--depth=1", shape.root.as_uri(), str(clone.root))
    first = begin(clone)
    shape.commit(shape.factor(3))
    clone.git("fetch", "--quiet", "--depth=1")
    clone.git("reset", "--quiet", "--hard", "origin/main")
    clone.git("reflog", "expire", "--expire=now", "--all")
    clone.git("gc", "--quiet", "--prune=now")
    said = clone.play(old)
    assert "value 3" in said
    assert f"There is no commit '{old}'" in refused(said)
    assert "helper.py changed" in why(said)
    second = run_of(said)
    told = clone.zenml(("run", "diff", first, second), ("run", "reproduce", first))
    assert f"{second} status 0" in told
    assert "helper.py: git does not have what the first run used" in told
    assert f"{first} status 3" in told
    assert any("source gone" in line for line in told)
