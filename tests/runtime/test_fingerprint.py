"""Fingerprints: another one where the result might be another, the same where it cannot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from zenml.repo import packages
from zenml.runtime import fingerprint
from zenml.runtime.fingerprint import fingerprints, source_fingerprint
from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec, StepSpec

Commit = Callable[..., str]
Write = Callable[[Mapping[str, str]], None]

FILES = {
    "steps/__init__.py": "",
    "steps/split.py": "from steps.helper import half\nclass MySplit: ...\n",
    "steps/helper.py": "half = 0.5\n",
    "steps/trainer.py": "import numpy\nclass MyTrainer: ...\n",
    "other.py": "x = 1\n",
}
NODES = ["data", "data_statistics", "split", "trainer"]


@pytest.fixture
def sha(commit: Commit) -> str:
    return commit(FILES)


def spec(
    version: str = "unpinned", split: dict[str, Any] | None = None, **changes: Any
) -> PipelineSpec:
    nodes = (
        NodeSpec("data", "data_gen", StepSpec("steps.split.MySplit", version)),
        NodeSpec("data_statistics", "statistics_gen", inputs={"examples": "data.examples"}),
        NodeSpec(
            "split",
            "split_gen",
            StepSpec("steps.split.MySplit", version, split or {"ratio": 0.5}),
            {"data": "data.examples", "statistics": "data_statistics.statistics"},
        ),
        NodeSpec(
            "trainer",
            "trainer",
            StepSpec("steps.trainer.MyTrainer", version, packages=("pyyaml",)),
            {"examples": "split.examples"},
        ),
    )
    source = DatasourceSpec("d", "zenml.datasources.csv.CSVDatasource", "v", commit="c" * 40)
    made = PipelineSpec("p", "training", "m.P", "v", nodes, source)
    return dataclasses.replace(made, **changes)


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    assert list(one) == list(other) == NODES
    return [name for name in NODES if one[name] != other[name]]


def changed_node(name: str, **changes: Any) -> PipelineSpec:
    made = spec()
    nodes = [dataclasses.replace(n, **changes) if n.name == name else n for n in made.nodes]
    return dataclasses.replace(made, nodes=tuple(nodes))


def test_the_same_spec_has_the_same_fingerprints(sha: str) -> None:
    assert fingerprints(spec()) == fingerprints(spec())
    assert len(set(fingerprints(spec()).values())) == 4
    assert all(len(mark) == 64 for mark in fingerprints(spec()).values())


def test_an_argument_changes_its_step_and_what_comes_after(sha: str) -> None:
    assert differing(fingerprints(spec()), fingerprints(spec(split={"ratio": 0.6}))) == [
        "split",
        "trainer",
    ]


def test_the_order_of_arguments_changes_nothing(sha: str) -> None:
    one = fingerprints(spec(split={"a": 1, "b": {"x": 1, "y": 2}}))
    assert fingerprints(spec(split={"b": {"y": 2, "x": 1}, "a": 1})) == one


@pytest.mark.parametrize("ratio", [1, 1.0, True, "1", [1], None])
def test_values_that_look_alike_are_not_the_same(sha: str, ratio: Any) -> None:
    others = [value for value in (1, 1.0, True, "1", [1], None) if repr(value) != repr(ratio)]
    mine = fingerprints(spec(split={"ratio": ratio}))["split"]
    assert all(fingerprints(spec(split={"ratio": other}))["split"] != mine for other in others)


def test_another_input_changes_it(sha: str) -> None:
    rewired = {"data": "data.other", "statistics": "data_statistics.statistics"}
    other = fingerprints(changed_node("split", inputs=rewired))
    assert differing(fingerprints(spec()), other) == ["split", "trainer"]


def test_an_argument_of_a_component_changes_it(sha: str) -> None:
    other = fingerprints(changed_node("data_statistics", args={"schema": "x"}))
    assert differing(fingerprints(spec()), other) == ["data_statistics", "split", "trainer"]


def test_another_commit_of_the_data_changes_everything(sha: str) -> None:
    source = dataclasses.replace(spec().datasource, commit="d" * 40)  # type: ignore[type-var]
    assert differing(fingerprints(spec()), fingerprints(spec(datasource=source))) == NODES


def test_where_a_pipeline_runs_changes_nothing(sha: str) -> None:
    other = spec(name="q", artifact_store="/elsewhere", enable_cache=False, source="m.Q")
    assert fingerprints(other) == fingerprints(spec())


def test_an_edited_helper_changes_it_committed_or_not(
    sha: str, write: Write, commit: Commit
) -> None:
    before = fingerprints(spec())
    write({"steps/helper.py": "half = 0.6\n"})
    edited = fingerprints(spec())
    assert differing(before, edited) == ["split", "trainer"]
    commit()
    assert fingerprints(spec()) == edited
    write({"steps/helper.py": "half = 0.5\n"})
    assert fingerprints(spec()) == before


def test_a_commit_elsewhere_changes_nothing(sha: str, commit: Commit) -> None:
    before = fingerprints(spec())
    later = commit({"other.py": "x = 2\n", "README.md": "new"})
    assert fingerprints(spec()) == before
    assert fingerprints(spec(later)) == fingerprints(spec(sha)) == before


def test_a_step_at_a_commit_has_the_fingerprint_of_that_code(
    sha: str, write: Write, commit: Commit
) -> None:
    before = fingerprints(spec())
    later = commit({"steps/helper.py": "half = 0.6\n"})
    write({"steps/helper.py": "half = 0.7\n"})
    assert fingerprints(spec(sha)) == before
    assert differing(fingerprints(spec(later)), before) == ["split", "trainer"]
    assert differing(fingerprints(spec(later)), fingerprints(spec())) == ["split", "trainer"]


def test_a_moved_line_of_a_comment_is_a_change(sha: str, write: Write) -> None:
    before = fingerprints(spec())
    write({"steps/trainer.py": "# new\n" + FILES["steps/trainer.py"]})
    assert differing(before, fingerprints(spec())) == ["trainer"]


@pytest.mark.parametrize("package", ["pyyaml", "numpy"])
def test_another_version_of_a_package_changes_it(
    sha: str, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    before = fingerprints(spec())
    real = metadata.version

    def version(name: str) -> str:
        return "99.9" if name.lower() == package else real(name)

    monkeypatch.setattr(metadata, "version", version)
    for function in vars(packages).values():
        getattr(function, "cache_clear", lambda: None)()
    try:
        assert differing(before, fingerprints(spec())) == ["trainer"]
    finally:
        monkeypatch.undo()
        for function in vars(packages).values():
            getattr(function, "cache_clear", lambda: None)()


def test_another_zenml_changes_what_it_computes(sha: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprints(spec())
    monkeypatch.setattr(fingerprint, "__version__", "99.0.0")
    assert differing(before, fingerprints(spec())) == ["data_statistics", "split", "trainer"]


def test_a_package_that_is_not_installed_counts_too(sha: str) -> None:
    assert fingerprint.package_versions(("surely-not-there", "pyyaml"))["surely-not-there"] == ""


def test_a_package_in_the_place_of_another_counts(monkeypatch):
    monkeypatch.setitem(packages._OTHER_NAMES, "yaml", ("surely-not-there", "pyyaml"))
    assert fingerprint.package_versions(("surely-not-there",)) == {
        "pyyaml": metadata.version("pyyaml")
    }


def test_the_state_of_a_source_makes_its_mark(sha: str, write: Write) -> None:
    step = StepSpec("steps.split.MySplit", "unpinned", {"path": "a"})
    mark = source_fingerprint(step, "state")
    assert source_fingerprint(step, "state") == mark
    assert source_fingerprint(step, "other") != mark
    assert source_fingerprint(dataclasses.replace(step, args={"path": "b"}), "state") != mark
    write({"steps/helper.py": "half = 0.6\n"})
    assert source_fingerprint(step, "state") != mark


def test_known_fingerprints_are_kept(sha: str) -> None:
    made = fingerprints(spec(), {"data": "known"})
    assert made["data"] == "known"
    assert differing(made, fingerprints(spec())) == NODES


def test_the_same_code_in_another_repository_has_the_same_fingerprint(
    sha: str, git_repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    before = fingerprints(spec())
    shutil.copytree(git_repo, tmp_path / "clone")
    monkeypatch.chdir(tmp_path / "clone")
    assert fingerprints(spec()) == before
