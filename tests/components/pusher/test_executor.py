"""Pusher: what is blessed goes to its folder, whole; what is not goes nowhere."""

from __future__ import annotations

import subprocess
import time

import pytest

from zenml.errors import ArtifactStoreError, DataError, StepInterfaceError
from zenml.steps.deployer import ArtifactStoreDeployer, DeployerStep, FolderDeployer

pytestmark = pytest.mark.tf


class Nowhere(DeployerStep):
    def build_push_destination(self):
        return None


class Plain(DeployerStep):
    """Brings the model somewhere in plain Python."""

    def deploy(self, model):
        from pathlib import Path

        assert Path(model, "saved_model.pb").is_file()
        return "shelf/7"


class Elsewhere(DeployerStep):
    """Hands over to an executor of one's own, as TFX's extensions have them."""

    def build_push_destination(self):
        return None

    def get_config(self):
        return {"model_name": "penguins"}

    def get_executor(self):
        from tfx.components.pusher import executor

        class Remote(executor.Executor):
            def Do(self, input_dict, output_dict, exec_properties):
                assert self.CheckBlessing(input_dict)
                pushed = output_dict["pushed_model"][0]
                self._MarkPushed(pushed, exec_properties["custom_config"])

        return Remote


def artifact(kind, uri):
    from tfx.types import standard_artifacts

    made = getattr(standard_artifacts, kind)()
    made.uri = str(uri)
    return made


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model" / "Format-Serving" / "variables"
    folder.mkdir(parents=True)
    (folder / "variables.index").write_text("weights")
    (folder.parent / "saved_model.pb").write_text("graph")
    return artifact("Model", tmp_path / "model")


@pytest.fixture
def push(tmp_path, monkeypatch, model):
    from zenml.components.pusher import executor

    def push(step, blessed=None, reason=""):
        monkeypatch.setattr(executor, "load_step", lambda spec: step)
        inputs = {"model": [model]}
        if blessed is not None:
            blessing = artifact("ModelBlessing", tmp_path / "blessing")
            blessing.set_int_custom_property("blessed", blessed)
            if reason:
                blessing.set_string_custom_property("reason", reason)
            inputs["blessing"] = [blessing]
        pushed = artifact("PushedModel", tmp_path / "pushed")
        properties = {"step": step.to_config("zenml_1").to_json()}
        executor.Executor().Do(inputs, {"pushed_model": [pushed]}, properties)
        return pushed

    return push


def test_blessed_model_is_pushed_whole(push, tmp_path):
    before = int(time.time())
    pushed = push(FolderDeployer(path=str(tmp_path / "served")), blessed=1)
    (version,) = (tmp_path / "served").iterdir()
    assert before <= int(version.name) <= time.time() + 1
    assert (version / "saved_model.pb").read_text() == "graph"
    assert (version / "variables" / "variables.index").read_text() == "weights"
    assert (tmp_path / "pushed" / "saved_model.pb").exists()
    assert pushed.get_int_custom_property("pushed") == 1
    assert pushed.get_string_custom_property("pushed_destination") == str(version)
    assert pushed.get_string_custom_property("pushed_version") == version.name


def test_without_an_evaluator_it_is_pushed(push, tmp_path):
    assert push(FolderDeployer(path=str(tmp_path / "served"))).get_int_custom_property("pushed")


def test_each_version_is_newer_than_the_last(push, tmp_path):
    later = tmp_path / "served" / str(int(time.time()) + 1000)
    later.mkdir(parents=True)
    (later / "saved_model.pb").write_text("old")
    pushed = push(FolderDeployer(path=str(tmp_path / "served")))
    assert int(pushed.get_string_custom_property("pushed_version")) == int(later.name) + 1
    assert (later / "saved_model.pb").read_text() == "old"


def test_names_that_are_nearly_versions_are_left_alone(push, tmp_path):
    for name in ("\u00b2", "7.tmp"):
        (tmp_path / "served" / name).mkdir(parents=True)
    pushed = push(FolderDeployer(path=str(tmp_path / "served")))
    assert pushed.get_string_custom_property("pushed_version").isdecimal()


def test_not_blessed_goes_nowhere_and_says_why(push, tmp_path, caplog):
    step = FolderDeployer(path=str(tmp_path / "served"))
    pushed = push(step, blessed=0, reason="not blessed: auc for all rows is 0.4")
    assert not (tmp_path / "served").exists()
    assert pushed.get_int_custom_property("pushed") == 0
    told = pushed.get_string_custom_property("reason")
    assert told == "not deployed: the model is not blessed: auc for all rows is 0.4"
    assert "auc for all rows is 0.4" in caplog.text


def test_relative_path_starts_at_the_repository(push, tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", str(tmp_path / "repository")], check=True)
    below = tmp_path / "repository" / "deep" / "down"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    push(FolderDeployer(path="served"))
    assert len(list((tmp_path / "repository" / "served").iterdir())) == 1


def test_into_the_store_of_the_repository(push, tmp_path, git_repo):
    from zenml.repo import Repository

    Repository.init_repo()
    pushed = push(ArtifactStoreDeployer(name="penguins"))
    store = git_repo / ".zenml" / "local_store" / "artifacts"
    (version,) = (store / ".deployed" / "penguins").iterdir()
    assert pushed.get_string_custom_property("pushed_destination") == str(version)
    assert (version / "saved_model.pb").is_file()
    from zenml.runtime import pruning

    assert pruning.find_unused() == []


@pytest.mark.parametrize("relative", [True, False])
def test_into_another_store(push, tmp_path, git_repo, relative):
    store = "stores/own" if relative else str(tmp_path / "own")
    push(ArtifactStoreDeployer(name="penguins", artifact_store=store))
    folder = (git_repo if relative else tmp_path) / store / ".deployed" / "penguins"
    assert len(list(folder.iterdir())) == 1


def test_a_model_of_another_format_is_pushed_alike(push, tmp_path, model):
    from pathlib import Path

    folder = Path(model.uri, "Format-Serving")
    (folder / "saved_model.pb").unlink()
    (folder / "zenml_model.json").write_text('{"format": "scikit_learn"}')
    push(FolderDeployer(path=str(tmp_path / "served")))
    (version,) = (tmp_path / "served").iterdir()
    assert (version / "zenml_model.json").is_file()


def test_in_plain_python(push, tmp_path):
    pushed = push(Plain(), blessed=1)
    assert pushed.get_int_custom_property("pushed") == 1
    assert pushed.get_string_custom_property("pushed_destination") == "shelf/7"
    assert (tmp_path / "pushed" / "saved_model.pb").is_file()
    assert push(Plain(), blessed=0).get_int_custom_property("pushed") == 0


def test_what_a_killed_push_left_goes_after_a_day(push, tmp_path):
    base, now = tmp_path / "served", time.time_ns()
    old, young = f".pushing-1-{now - 90_000 * 10**9}", f".pushing-2-{now - 60 * 10**9}"
    for name in (old, young, ".pushing-mine"):
        (base / name).mkdir(parents=True)
        (base / name / "saved_model.pb").write_text("part")
    push(FolderDeployer(path=str(base)))
    left = {entry.name for entry in base.iterdir() if entry.name.startswith(".")}
    assert left == {young, ".pushing-mine"}


def test_failed_copy_leaves_nothing(push, tmp_path, monkeypatch):
    import shutil

    from zenml.components.pusher import folder

    copytree = shutil.copytree

    def broken(source, target, *args, **kwargs):
        if "served" not in str(target):
            return copytree(source, target, *args, **kwargs)
        shutil.os.makedirs(target)
        raise OSError("disk full")

    monkeypatch.setattr(folder.shutil, "copytree", broken)
    with pytest.raises(ArtifactStoreError, match="disk full"):
        push(FolderDeployer(path=str(tmp_path / "served")))
    assert list((tmp_path / "served").iterdir()) == []


def test_where_the_store_is_full_nothing_is_deployed(push, tmp_path):
    deployed = []

    class Counting(DeployerStep):
        def deploy(self, model):
            deployed.append(model)
            return "shelf/7"

    (tmp_path / "pushed").write_text("no folder")
    with pytest.raises(ArtifactStoreError, match=r"could not be copied to .*pushed"):
        push(Counting())
    assert deployed == []


def test_missing_model_is_named(push, tmp_path, model):
    model.uri = str(tmp_path / "gone")
    with pytest.raises(DataError, match="gone"):
        push(FolderDeployer(path=str(tmp_path / "served")))


def test_step_without_destination(push):
    with pytest.raises(StepInterfaceError, match="Nowhere"):
        push(Nowhere())


def test_executor_of_ones_own(push):
    pushed = push(Elsewhere(), blessed=1)
    assert pushed.get_string_custom_property("pushed_destination") == '{"model_name": "penguins"}'


@pytest.mark.parametrize("with_blessing", [True, False])
def test_component_declares_its_artifacts(with_blessing):
    from tfx.types import channel_utils, standard_artifacts

    from zenml.components.pusher import Pusher

    inputs = {"model": channel_utils.as_channel([standard_artifacts.Model()])}
    if with_blessing:
        inputs["blessing"] = channel_utils.as_channel([standard_artifacts.ModelBlessing()])
    node = Pusher(step="{}", **inputs)
    assert set(node.outputs) == {"pushed_model"}
    assert set(node.inputs) == set(inputs)
