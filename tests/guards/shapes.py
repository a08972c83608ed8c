"""Repositories of every shape, in which `play.py` runs at a first commit and at a second."""

from __future__ import annotations

import subprocess

import pytest

from tests.guards.shape import PLAY, STEPS, Shape, begin, files, plain


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
