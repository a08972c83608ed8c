"""Pipelines while they are put together: what is refused, and what a copy is."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.backends import (
    OrchestratorLocalBackend,
    ProcessingLocalBackend,
    TrainingLocalBackend,
)
from zenml.datasources import CSVDatasource
from zenml.errors import (
    BackendError,
    PipelineError,
    PipelineInterfaceError,
    StepArgumentError,
    ZenMLError,
)
from zenml.pipelines import BasePipeline, DataPipeline, TrainingPipeline
from zenml.pipelines.graph import Graph
from zenml.spec import NodeSpec, PipelineSpec, StepSpec
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer

SPLIT = {"train": 0.5, "eval": 0.3, "test": 0.2}


def steps() -> dict[str, Any]:
    return {
        "split": RandomSplit(split_map=SPLIT),
        "preprocesser": StandardPreprocesser(features=["a"], labels=["b"]),
        "trainer": TFFeedForwardTrainer(),
        "evaluator": TFMAEvaluator(metrics={"b": ["binary_accuracy"]}),
        "deployer": FolderDeployer(path="deployed"),
    }


ADDERS = {
    "split": "add_split",
    "preprocesser": "add_preprocesser",
    "trainer": "add_trainer",
    "evaluator": "add_evaluator",
    "deployer": "add_deployment",
    "sequencer": "add_sequencer",
}


def whole(*without: str, name: str = "p") -> TrainingPipeline:
    pipeline = TrainingPipeline(name=name)
    pipeline.add_datasource(CSVDatasource(name="d", path="d.csv"))
    for slot, step in steps().items():
        if slot not in without:
            getattr(pipeline, ADDERS[slot])(step)
    return pipeline


def frozen() -> TrainingPipeline:
    spec = PipelineSpec("p", "training", "zenml.pipelines.training.TrainingPipeline", "zenml_1")
    return TrainingPipeline.from_config(spec)


def test_a_whole_pipeline_is_fine() -> None:
    whole().check()
    whole("evaluator", "deployer").check()


@pytest.mark.parametrize("slot", ["split", "preprocesser", "trainer"])
def test_a_missing_step_is_named_with_how_to_add_it(slot: str) -> None:
    with pytest.raises(PipelineInterfaceError) as caught:
        whole(slot).check()
    assert f"Pipeline 'p' has no {slot}: call {ADDERS[slot]}(...) before run()" in str(caught.value)


def test_a_missing_datasource_is_named() -> None:
    pipeline = TrainingPipeline(name="p", steps_dict=steps())
    for use in (pipeline.check, pipeline.run, pipeline.to_config, pipeline.to_tfx):
        with pytest.raises(PipelineInterfaceError, match="has no datasource: call add_datasource"):
            use()


@pytest.mark.parametrize("slot", list(ADDERS))
def test_a_step_of_another_kind_is_refused(slot: str) -> None:
    add = getattr(TrainingPipeline(name="p"), ADDERS[slot])
    wrong = steps()["trainer" if slot != "trainer" else "split"]
    with pytest.raises(StepArgumentError, match=rf"{ADDERS[slot]}\(\) of pipeline 'p' takes an? "):
        add(wrong)
    with pytest.raises(StepArgumentError, match="not None of type NoneType"):
        add(None)


@pytest.mark.parametrize("slot", list(steps()))
def test_a_class_instead_of_an_instance_is_refused(slot: str) -> None:
    add = getattr(TrainingPipeline(name="p"), ADDERS[slot])
    with pytest.raises(StepArgumentError, match="takes an instance, not the class"):
        add(type(steps()[slot]))


def test_a_class_of_a_datasource_is_to_be_made_an_instance() -> None:
    with pytest.raises(
        PipelineInterfaceError,
        match=r"not the class CSVDatasource: write CSVDatasource\(\.\.\.\) with its arguments",
    ):
        TrainingPipeline(name="p").add_datasource(CSVDatasource)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["data.csv", None, 3])
def test_what_is_no_datasource_is_refused(given: Any) -> None:
    with pytest.raises(
        PipelineInterfaceError, match=r"add_datasource\(\) of pipeline 'p' takes an"
    ):
        TrainingPipeline(name="p").add_datasource(given)


def test_a_wrong_argument_of_a_step_is_said_before_anything_runs() -> None:
    pipeline = whole("split")
    pipeline.add_split(RandomSplit(split_map={"train": 0.7, "eval": 0.7}))
    with pytest.raises(StepArgumentError, match=r"RandomSplit: split_map is .* sum to 1"):
        pipeline.check()


def test_steps_can_be_given_all_at_once() -> None:
    pipeline = TrainingPipeline(
        "p", steps_dict=steps(), datasource=CSVDatasource(name="d", path="d.csv")
    )
    pipeline.check()
    assert list(pipeline.steps_dict) == list(steps())
    with pytest.raises(PipelineInterfaceError, match="no place for a step 'trainr'; it has split"):
        TrainingPipeline("p", steps_dict={"trainr": steps()["trainer"]})


def test_a_step_added_again_takes_the_place_of_the_first() -> None:
    pipeline = whole()
    pipeline.add_trainer(TFFeedForwardTrainer(epochs=7))
    assert pipeline.steps_dict["trainer"].arguments["epochs"] == 7


@pytest.mark.parametrize("name", ["../p", "", "a/b", "x" * 101, 3, "-p", "p\n", ["p"]])
def test_a_name_that_cannot_be_is_refused(name: Any) -> None:
    if name == "":
        assert TrainingPipeline(name=name).name.startswith("training-")
        return
    with pytest.raises(PipelineError, match="A pipeline cannot be called"):
        TrainingPipeline(name=name)


def test_a_name_is_made_up_where_none_is_given() -> None:
    assert TrainingPipeline().name != TrainingPipeline().name
    assert TrainingPipeline(pipeline_name="old style").name == "old style"


@pytest.mark.parametrize("backend", [ProcessingLocalBackend(), TrainingLocalBackend()])
def test_a_pipeline_takes_an_orchestrator_only(backend: Any) -> None:
    pipeline = whole()
    pipeline.backend = backend
    with pytest.raises(BackendError, match=rf"Pipeline 'p' cannot run on {type(backend).__name__}"):
        pipeline.check()
    pipeline.backend = OrchestratorLocalBackend()
    pipeline.check()


@pytest.mark.parametrize("slot", list(steps()))
def test_a_backend_that_a_step_cannot_use_is_refused_by_name(slot: str) -> None:
    pipeline = whole()
    step = pipeline.steps_dict[slot]
    step.with_backend(OrchestratorLocalBackend())
    with pytest.raises(BackendError) as caught:
        pipeline.check()
    assert f"Step {type(step).__name__} cannot run on OrchestratorLocalBackend" in str(caught.value)


def test_a_step_s_own_backend_is_fine() -> None:
    pipeline = whole()
    pipeline.steps_dict["trainer"].with_backend(TrainingLocalBackend())
    pipeline.steps_dict["split"].with_backend(ProcessingLocalBackend())
    pipeline.check()


@pytest.mark.parametrize("kind", ["a/b", "two words", "", "datasource", "datasource_x", None])
def test_a_type_that_no_file_can_be_named_after_is_refused(kind: Any) -> None:
    pipeline = whole()
    mine: Any = type("Mine", (TrainingPipeline,), {"TYPE": kind})
    pipeline.__class__ = mine
    with pytest.raises(PipelineInterfaceError, match="TYPE of Mine is "):
        pipeline.check()
    mine.TYPE = "datasources"
    pipeline.check()


def test_a_copy_can_be_changed_and_leaves_the_original_alone() -> None:
    pipeline = whole()
    other = pipeline.copy("q")
    assert (other.name, other.datasource) == ("q", pipeline.datasource)
    other.check()
    other.add_trainer(TFFeedForwardTrainer(epochs=9))
    assert pipeline.steps_dict["trainer"].arguments["epochs"] == 1
    assert type(other) is TrainingPipeline


def test_a_pipeline_from_its_yaml_cannot_be_changed() -> None:
    pipeline = frozen()
    for change in (
        lambda: pipeline.add_trainer(TFFeedForwardTrainer()),
        lambda: pipeline.add_datasource(CSVDatasource(name="d", path="d.csv")),
    ):
        with pytest.raises(PipelineError, match=r"change a copy: pipeline\.copy"):
            change()
    assert pipeline.to_config().name == "p"


def test_a_pipeline_shows_its_name_and_its_steps() -> None:
    pipeline = TrainingPipeline(name="birds")
    assert repr(pipeline) == "<TrainingPipeline 'birds': no steps yet>"
    pipeline.add_split(RandomSplit(split_map=SPLIT))
    pipeline.add_trainer(TFFeedForwardTrainer())
    assert repr(pipeline) == "<TrainingPipeline 'birds': split, trainer>"
    split = StepSpec("zenml.no.Such", "zenml_1")
    nodes = tuple(NodeSpec(name, "c", step) for name, step in (("split", split), ("x", None)))
    spec = PipelineSpec("birds", "training", "zenml.no.Such", "zenml_1", nodes)
    assert repr(TrainingPipeline.from_config(spec)) == "<TrainingPipeline 'birds': split>"


def test_a_pipeline_without_connect_says_so() -> None:
    class Mine(BasePipeline):
        pass

    with pytest.raises(PipelineInterfaceError, match=r"Mine does not say .* define connect\(self"):
        connected(Mine(name="p"))


def connected(pipeline: BasePipeline) -> Graph:
    graph = Graph(lambda step: step.to_config("v"))
    pipeline.connect_steps(graph)
    return graph


def test_the_nodes_of_a_training_pipeline() -> None:
    assert [node.name for node in connected(whole()).nodes] == [
        "data", "data_statistics", "data_schema", "split", "split_statistics", "split_schema",
        "preprocesser", "trainer", "evaluator", "deployer",
    ]  # fmt: skip
    names = [node.name for node in connected(whole("evaluator", "deployer")).nodes]
    assert names[-1] == "trainer"


def test_every_input_of_a_node_stands_further_up() -> None:
    seen: set[str] = set()
    for node in connected(whole()).nodes:
        assert set(node.upstream) <= seen
        seen.add(node.name)
    graph = connected(whole("evaluator"))
    assert "evaluator" not in {up for node in graph.nodes for up in node.upstream}


def test_a_data_pipeline_reads_and_describes() -> None:
    pipeline = DataPipeline("look", datasource=CSVDatasource(name="d", path="d.csv"))
    pipeline.check()
    names = [node.name for node in connected(pipeline).nodes]
    assert names == ["data", "data_statistics", "data_schema"]


def test_two_nodes_of_one_name_are_refused() -> None:
    graph = Graph(lambda step: step.to_config("v"))
    graph.add("a", "data_gen")
    with pytest.raises(PipelineInterfaceError, match="Two nodes of the pipeline are called 'a'"):
        graph.add("a", "split_gen")


def test_outside_a_repository_it_is_said(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ZenMLError, match="git init"):
        whole().to_config()


def test_an_option_that_there_is_not_names_the_one_that_is_meant():
    said = r"'p' does not take 'cache'; .*\. Did you mean 'enable_cache'\?"
    with pytest.raises(PipelineInterfaceError, match=said):
        TrainingPipeline(name="p", cache=False)


@pytest.mark.parametrize(
    ("option", "given", "would_do"),
    [
        ("artifact_store", "/data", "an instance of ArtifactStore, e.g. ArtifactStore"),
        ("metadata_store", "sqlite", "an instance of MetadataStore, e.g. SQLiteMetadataStore"),
        ("enable_cache", "no", "True or False"),
    ],
)
def test_where_it_runs_is_checked(option: str, given: Any, would_do: str) -> None:
    made = DataPipeline(
        name="p", datasource=CSVDatasource(name="d", path="d.csv"), **{option: given}
    )
    with pytest.raises(
        PipelineInterfaceError, match=f"{option} is '{given}'; it must be {would_do}"
    ):
        made.check()


def test_a_datasource_is_none_of_the_other_things() -> None:
    made = DataPipeline(name="p")
    with pytest.raises(
        PipelineInterfaceError, match=r"PandasDatasource\(.*, not \[0, 1, .*\.\.\.\]\."
    ):
        made.add_datasource(list(range(1000)))  # type: ignore[arg-type]
    with pytest.raises(PipelineInterfaceError, match="commit_id is 5; it must be the first digits"):
        made.add_datasource(CSVDatasource(name="d", path="d.csv"), 5)  # type: ignore[arg-type]
    with pytest.raises(PipelineInterfaceError, match="no place for a step 'split'; it has none"):
        DataPipeline(name="p", steps_dict={"split": RandomSplit(split_map={"a": 0.5, "b": 0.5})})
