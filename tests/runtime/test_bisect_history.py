"""Which commit is looked at next, held against what git itself does."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.repo.git import GitRepository
from zenml.runtime.bisect.history import History, merge_bases


class Graph:
    """A history made without a work tree, so that many commits cost little."""

    def __init__(self, root: Path, git: Callable[..., str]) -> None:
        self.root = root
        self.git = git
        self.shas: list[str] = []
        self.numbers: dict[str, int] = {}

    def add(self, *parents: int, file: str = "", text: str = "") -> int:
        """Adds a commit; with a file, one that writes it."""
        number = len(self.shas)
        tree = self.git("rev-parse", f"{self.shas[parents[0]]}^{{tree}}") if parents else ""
        if file or not parents:
            tree = self._tree(tree, file or "README.md", text or str(number))
        words = [word for parent in parents for word in ("-p", self.shas[parent])]
        self.shas.append(self.git("commit-tree", tree, *words, "-m", str(number)))
        self.numbers[self.shas[-1]] = number
        return number

    def merge(self, one: int, other: int, tree_of: int) -> int:
        """Merges two commits, with the files of a third."""
        tree = self.git("rev-parse", f"{self.shas[tree_of]}^{{tree}}")
        words = ["-p", self.shas[one], "-p", self.shas[other]]
        number = len(self.shas)
        self.shas.append(self.git("commit-tree", tree, *words, "-m", str(number)))
        self.numbers[self.shas[-1]] = number
        return number

    def history(self, good: int, bad: int) -> History:
        return History(GitRepository(self.root), self.shas[good], self.shas[bad])

    def is_behind(self, one: int, other: int) -> bool:
        call = ["git", "merge-base", "--is-ancestor", self.shas[one], self.shas[other]]
        return subprocess.run(call, cwd=self.root).returncode == 0

    def _tree(self, base: str, file: str, text: str) -> str:
        (self.root / file).write_text(text)
        self.git("read-tree", base) if base else self.git("read-tree", "--empty")
        self.git("add", "--force", file)
        return self.git("write-tree")


@pytest.fixture
def graph(git_repo: Path, git: Callable[..., str]) -> Graph:
    return Graph(git_repo, git)


def search(graph: Graph, history: History, culprit: int) -> tuple[list[int], list[int]]:
    """The commits that are left, and those that were looked at."""
    looked: list[int] = []
    while (sha := history.next()) is not None:
        looked.append(graph.numbers[sha])
        if graph.is_behind(culprit, graph.numbers[sha]):
            history.is_bad(sha)
        else:
            history.is_good(sha)
    return [graph.numbers[sha] for sha in history], looked


def line(graph: Graph, count: int, touching: tuple[int, ...] = ()) -> None:
    graph.add()
    for number in range(1, count):
        graph.add(number - 1, file="code.py" if number in touching else "notes.txt")


@pytest.mark.parametrize("seed", range(6))
def test_the_same_commit_is_found_as_by_git(graph: Graph, seed: int) -> None:
    chosen = random.Random(seed)
    graph.add()
    for number in range(1, 40):
        recent = range(max(0, number - 4), number)
        parents = chosen.sample(recent, k=min(len(recent), chosen.choice((1, 1, 2))))
        graph.add(*parents)
    tips = [n for n in range(39) if not any(graph.is_behind(n, m) for m in range(n + 1, 40))]
    last = graph.add(39, *tips)
    culprit = chosen.choice([n for n in range(1, 40) if graph.is_behind(n, last)])
    history = graph.history(0, last)
    found, looked = search(graph, history, culprit)
    graph.git("bisect", "start", "--no-checkout", graph.shas[last], graph.shas[0])
    test = f"! git merge-base --is-ancestor {graph.shas[culprit]} BISECT_HEAD"
    told = graph.git("bisect", "run", "sh", "-c", test)
    assert f"{graph.shas[culprit]} is the first bad commit" in told
    assert found == [culprit]
    assert len(looked) <= told.count("Bisecting: ") + 3


def test_a_line_is_halved(graph: Graph) -> None:
    line(graph, 65)
    history = graph.history(0, 64)
    assert len(history) == 64
    found, looked = search(graph, history, 13)
    assert found == [13]
    assert len(looked) == 6


def test_commits_that_touch_the_code_are_halved_first(graph: Graph) -> None:
    line(graph, 65, touching=(3, 5, 8, 60))
    history = graph.history(0, 64)
    history.touched_by({"code.py"})
    assert history.touching == 4
    found, looked = search(graph, history, 5)
    assert found == [5]
    assert 5 <= looked[0] < 60  # two of four are on either side
    assert len(looked) <= 4


def test_a_commit_that_does_not_touch_the_code_is_found_too(graph: Graph) -> None:
    line(graph, 33, touching=(3, 20))
    history = graph.history(0, 32)
    history.touched_by({"code.py"})
    assert search(graph, history, 11)[0] == [11]


def test_a_merge_touches_the_code_where_it_differs_from_both_sides(graph: Graph) -> None:
    graph.add()
    ours = graph.add(0, file="code.py", text="ours")
    theirs = graph.add(0, file="code.py", text="theirs")
    taken = graph.merge(ours, theirs, tree_of=theirs)
    mixed = graph.add(taken, file="notes.txt")
    history = graph.history(0, mixed)
    history.touched_by({"code.py"})
    assert history.touching == 2
    shas = graph.shas
    assert history.label(shas[taken]) == history.label(shas[mixed]) == shas[theirs]
    assert history.label(shas[ours]) == shas[ours]


def test_skipped_commits_are_passed_over_with_those_of_the_same_code(graph: Graph) -> None:
    line(graph, 33, touching=(10, 20))
    history = graph.history(0, 32)
    history.touched_by({"code.py"})
    first = history.next()
    assert first is not None
    second = history.next({first}, {history.label(first)})
    assert second is not None
    assert history.label(second) != history.label(first)
    every = set(graph.shas) - {graph.shas[32]}
    assert history.next(every) is None
    assert len(history) == 32
    alone = graph.shas[31]
    assert history.next(every - {alone}, {history.label(alone)}) == alone


def test_where_two_histories_part(graph: Graph) -> None:
    graph.add()
    one, other = graph.add(0), graph.add(0, file="notes.txt")
    git = GitRepository(graph.root)
    assert merge_bases(git, graph.shas[one], graph.shas[other]) == [graph.shas[0]]
    alone = graph.add()
    assert merge_bases(git, graph.shas[one], graph.shas[alone]) == []
