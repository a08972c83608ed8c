"""What cannot run again, known before it is tried; and which files each node sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zenml.errors import DataError, SourceChangedError
from zenml.repo import versions
from zenml.repo.git import GitRepository
from zenml.runtime.reproduce.obstacles import commits, obstacles, of_failure
from zenml.runtime.reproduce.scratch import is_repeatable, scratch_spec
from zenml.runtime.task import Failure
from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec, StepSpec
from zenml.version import __version__

OWN = f"zenml_{__version__}"
DEPLOYER = "zenml.steps.deployer.folder.FolderDeployer"


def spec(*nodes: NodeSpec) -> PipelineSpec:
    return PipelineSpec("p", "steps", "m.p", "v", nodes, settings={"on_failure": "m.hook"})


def node(name: str, source: str, version: str, component: str = "python_step") -> NodeSpec:
    settings = {"on_success": "m.hook", "retry": {"max_retries": 1}}
    return NodeSpec(name, component, StepSpec(source, version), settings=settings)


def test_each_obstacle_is_named(git_repo: Path, commit: Callable[..., str]) -> None:
    sha = commit({"mine.py": "def f(): pass\n"})
    found = obstacles(
        spec(
            node("fine", "mine.f", sha),
            node("own", "zenml.steps.split.random.RandomSplit", OWN),
            node("older", "zenml.steps.split.random.RandomSplit", "zenml_0.0.1"),
            node("edited", "mine.f", "unpinned"),
            node("gone", "mine.f", "f" * 40),
            node("lost", "other.g", sha),
        ),
        GitRepository(),
    )
    assert sorted(found) == ["edited", "gone", "lost", "older"]
    assert found["older"] == f"package versions differ (zenml 0.0.1 -> {__version__})"
    assert found["edited"].startswith("unpinned step: ")
    assert found["gone"].startswith("source gone: There is no commit")
    assert found["lost"].startswith("source gone: ")


def test_a_node_sees_the_files_of_the_run_unless_its_code_was_another(
    git_repo: Path, commit: Callable[..., str]
) -> None:
    old = commit({"mine.py": "def f(): return 1\n"})
    new = commit({"mine.py": "def f(): return 2\n"})
    head = commit({"data.txt": "of the run"})
    commit({"mine.py": "def f(): return 3\n"})
    git = GitRepository()
    assert versions.version_of("mine.f", new, git=git).version == new
    nodes = spec(
        node("then", "mine.f", new),
        node("before", "mine.f", old),
        node("own", "zenml.steps.split.random.RandomSplit", OWN),
    )
    assert commits(nodes, head, git) == {"then": head, "before": old, "own": head}
    assert commits(nodes, "", git) == {"then": new, "before": old}
    assert commits(nodes, "f" * 40, git) == {"then": new, "before": old}


def test_a_source_that_changed_is_not_called_a_snapshot_that_is_gone() -> None:
    source = DatasourceSpec("penguins", "m.Source", OWN, commit="1b1aa9caed7a" + "0" * 28)
    made = PipelineSpec("p", "training", "m.p", "v", datasource=source)
    changed = Failure("Step `data` failed: gone", cause=SourceChangedError("gone"))
    assert of_failure(changed, made, is_whole=True) == (
        "data has changed: the source of datasource penguins no longer holds the rows of commit "
        "1b1aa9caed7a, so they are taken as recorded, from the snapshot"
    )
    assert of_failure(changed, made, is_whole=False) == changed.message
    other = Failure("Step `data` failed: no file", cause=DataError("no file"))
    assert of_failure(other, made, is_whole=True) == other.message


def test_nothing_acts_on_the_outside(tmp_path: Path) -> None:
    folder = node("deployer", DEPLOYER, OWN, "pusher")
    assert is_repeatable(folder)
    assert is_repeatable(node("trainer", "mine.Trainer", "a" * 40, "trainer"))
    assert not is_repeatable(node("deployer", "mine.Deployer", "a" * 40, "pusher"))
    made = scratch_spec(spec(folder), tmp_path, {"deployer"}, ())
    (deployer,) = made.nodes
    assert made.settings == {}
    assert deployer.settings == {"retry": {"max_retries": 1}}
    assert deployer.step is not None
    assert deployer.step.args == {"path": str(tmp_path / "deployed" / "deployer")}
    assert not made.enable_cache
