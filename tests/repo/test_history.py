from __future__ import annotations

import random
import subprocess

import pytest

from zenml.repo.git import GitRepository
from zenml.repo.history import folders_of

FOLDERS = ("a", "b/c", "b/d/e/f/g", "")
FILES = [f"{folder}/m{n}.py".lstrip("/") for folder in FOLDERS for n in range(5)]


def build(root, seed: int, commits: int) -> None:
    """A history with branches and merges, of which some throw away one side."""
    draw = random.Random(seed)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(root)], check=True)
    trees: dict[int, dict[str, str]] = {}
    out: list[str] = []
    for mark in range(1, commits + 1):
        parents = draw.sample(
            range(max(1, mark - 6), mark), k=min(mark - 1, draw.choice((1, 1, 2)))
        )
        if mark == commits and mark - 1 not in parents:
            parents[:1] = [mark - 1]
        tree = dict(trees[parents[0]]) if parents else dict.fromkeys(FILES, "0")
        for other in parents[1:]:
            tree.update({p: c for p, c in trees[other].items() if draw.random() < 0.5})
        for path in draw.sample(FILES, k=draw.choice((0, 1, 1, 2))):
            tree[path] = str(draw.randrange(3))
        trees[mark] = tree
        subject = draw.choice(("Change", "f" * 40 + " again", "(from abc) that"))
        moment = 1_600_000_000 + 60 * (mark // 3)
        out.append(f"commit refs/heads/main\nmark :{mark}\ncommitter A <a@b.c> {moment} +0000\n")
        out.append(f"data {len(subject)}\n{subject}\n")
        out += [f"{word} :{p}\n" for word, p in zip(("from", "merge"), parents, strict=False)]
        out.append("deleteall\n")
        out += [f"M 644 inline {p}\ndata {len(c)}\n{c}\n" for p, c in tree.items()]
    data = "".join(out).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=data, check=True)


@pytest.mark.parametrize("seed", range(4))
def test_it_finds_what_git_finds(tmp_path, seed):
    build(tmp_path, seed, commits=60)
    git = GitRepository(tmp_path)
    draw = random.Random(seed)
    head = git.blobs_at("HEAD", FILES)
    agreed = []
    for _ in range(8):
        paths = draw.sample(FILES, k=draw.randrange(5, 12))
        found = git.newest_commit(paths)
        assert found is not None
        assert git.blobs_at(found, paths) == {p: head[p] for p in paths}
        assert git.log(paths, limit=1, start=found)[0].sha == found
        agreed.append(found == git.log(paths, limit=1)[0].sha)
    # Where both sides of a merge made the same change, either may be named.
    assert sum(agreed) >= len(agreed) / 2


def test_files_that_no_commit_has(git_repo, commit):
    sha = commit({f"m{n}.py": "" for n in range(6)})
    git = GitRepository()
    assert git.newest_commit([f"none{n}.py" for n in range(6)]) is None
    assert git.newest_commit([f"m{n}.py" for n in range(6)]) == sha
    commit({"ünï.py": "1", 'quoted".py': "1"})
    names = [f"m{n}.py" for n in range(6)]
    assert git.newest_commit([*names, "ünï.py"]) == git.head_sha()
    assert git.newest_commit([*names, 'quoted".py']) == git.head_sha()


def test_folders():
    assert folders_of({f"src/app/mod{n}.py" for n in range(9)}) == ["src/app"]
    assert folders_of({"run.py", *(f"a/b/c/d/e/f{n}.py" for n in range(9))}) == [
        "a/b/c/d",
        "run.py",
    ]
    assert folders_of({f"mod{n}.py" for n in range(9)}) == []
