"""The configuration of a run, from a YAML file and from a call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml import pipeline, step
from zenml.errors import PipelineError, SpecError, StepArgumentError, ZenMLError
from zenml.pipelines.configuration import RunConfiguration
from zenml.spec import NodeSpec

NodesOf = Callable[[Any], dict[str, NodeSpec]]


@step
def train(data: str, epochs: int = 1) -> str:
    return data * epochs


@pipeline
def training(data: str = "iris", rate: float = 0.1) -> None:
    train(data)


@pipeline
def fixed() -> None:
    train("iris", epochs=3)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a run configuration."""

    def write(text: str) -> Path:
        path = tmp_path / "run.yaml"
        path.write_text(text)
        return path

    return write


WHOLE = """
run_name: nightly-{date}
enable_cache: false
parameters: {rate: 0.5}
steps:
  train:
    parameters: {epochs: 5}
    enable_cache: true
    retry: {max_retries: 2}
    settings: {cpu: 4}
settings: {queue: long}
extra: {owner: ada}
tags: [night]
retry: {max_retries: 1}
"""


def test_a_file_sets_what_it_says(file: Callable[[str], Path], nodes_of: NodesOf) -> None:
    made = training.with_options(config_path=file(WHOLE))
    assert made.configuration.run_name == "nightly-{date}"
    assert made.parameters == {"data": "iris", "rate": 0.5}
    node = nodes_of(made)["train"]
    assert node.step.args == {"data": "iris", "epochs": 5}
    assert node.settings == {
        "enable_cache": True,
        "retry": {"max_retries": 2, "delay": 0, "backoff": 1},
        "settings": {"cpu": 4},
    }
    assert training.configuration == RunConfiguration()


def test_of_two_the_later_one_counts(file: Callable[[str], Path]) -> None:
    first = RunConfiguration.from_dict({"tags": ["a"], "steps": {"x": {"extra": {"a": 1}}}}, "1")
    second = RunConfiguration.from_dict(
        {"tags": ["b"], "enable_cache": True, "steps": {"x": {"enable_cache": False}}}, "2"
    )
    merged = first.merged(second)
    assert (merged.tags, merged.enable_cache) == (("a", "b"), True)
    assert merged.steps == {"x": {"extra": {"a": 1}, "enable_cache": False}}
    assert first.merged(RunConfiguration()) == first


def test_what_a_run_says_of_the_cache_beats_the_step(
    file: Callable[[str], Path], nodes_of: NodesOf
) -> None:
    @pipeline
    def p() -> None:
        train.with_options(enable_cache=True)("iris")

    assert nodes_of(p)["train"].settings == {"enable_cache": True}
    assert nodes_of(p.with_options(enable_cache=False))["train"].settings == {"enable_cache": True}
    said = p.with_options(config_path=file("enable_cache: false"))
    assert nodes_of(said)["train"].settings == {}


def test_a_default_in_a_signature_is_no_contradiction(
    file: Callable[[str], Path], nodes_of: NodesOf
) -> None:
    path = file("parameters: {data: wine}\nsteps: {train: {parameters: {epochs: '3'}}}\n")
    assert nodes_of(training.with_options(config_path=path))["train"].step.args == {
        "data": "wine",
        "epochs": 3,
    }
    same = fixed.with_options(config_path=file("steps: {train: {parameters: {epochs: 3}}}"))
    assert nodes_of(same)["train"].step.args["epochs"] == 3


def test_code_and_file_that_differ_are_told(file: Callable[[str], Path], nodes_of: NodesOf) -> None:
    other = fixed.with_options(config_path=file("steps: {train: {parameters: {epochs: 4}}}"))
    with pytest.raises(PipelineError, match="Step `train`: the parameter 'epochs' is 3"):
        nodes_of(other)
    other = training.with_options(config_path=file("parameters: {rate: 0.5}"))
    with pytest.raises(PipelineError, match=r"'training': the parameter 'rate' is 0.1 in the code"):
        nodes_of(other.with_arguments(rate=0.1))


def test_an_output_is_not_set_by_a_file(file: Callable[[str], Path], nodes_of: NodesOf) -> None:
    @pipeline
    def p() -> None:
        train(train("iris"))

    path = file("steps: {train_2: {parameters: {data: wine}}}")
    with pytest.raises(PipelineError, match=r"Step `train_2`: .* sets 'data', which is the output"):
        nodes_of(p.with_options(config_path=path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("enable_cash: true", "unknown key 'enable_cash'. Did you mean 'enable_cache'"),
        ("steps: {train: {paramters: {}}}", "steps.train: unknown key 'paramters'. Did you mean"),
        ("steps: [train]", r"'steps' must be a mapping, not \['train'\]"),
        ("steps: {train: 3}", "steps.train must be a mapping, not 3"),
        ("parameters: 3", "'parameters' must be a mapping"),
        ("enable_cache: maybe", "'enable_cache' must be true or false"),
        ("max_workers: 0", "'max_workers' must be a whole number, 1 or more"),
        ("max_workers: true", "'max_workers' must be a whole number, 1 or more"),
        ("execution_mode: slow", "'execution_mode' must be 'fail_fast' or 'continue'"),
        ("run_name: 3", "'run_name' must be a string"),
        ("tags: best", "'tags' must be a list of strings, not 'best'"),
        ("schedule: {cron: '* * * * *'}", "'schedule' cannot be kept"),
        ("- a", "must be a mapping, not"),
        ("a: [", "run.yaml"),
        ("a: 1\na: 2", "run.yaml"),
    ],
)
def test_a_wrong_file_is_told_with_its_name(
    text: str, message: str, file: Callable[[str], Path]
) -> None:
    with pytest.raises(SpecError, match=rf"(?s)run\.yaml.*{message}|{message}"):
        training.with_options(config_path=file(text))


def test_an_empty_file_sets_nothing(file: Callable[[str], Path]) -> None:
    assert RunConfiguration.read(file("")) == RunConfiguration()


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(SpecError, match=r"Cannot read the run configuration nowhere.yaml"):
        training.with_options(config_path="nowhere.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("parameters: {rte: 1}", "Pipeline 'training' has no parameter 'rte'. Did you mean 'rate'"),
        ("parameters: {rate: quick}", "Parameter 'rate' of pipeline 'training' is 'quick'"),
        ("steps: {train: {parameters: {epoch: 1}}}", "Step `train` has no parameter 'epoch'"),
        ("steps: {train: {retry: often}}", "Step `train`: retry is 'often'"),
        ("steps: {train: {enable_cache: 3}}", "Step `train`: enable_cache is 3"),
    ],
)
def test_what_a_file_sets_wrongly_is_told_before_the_run(
    text: str, message: str, file: Callable[[str], Path], nodes_of: NodesOf
) -> None:
    with pytest.raises((PipelineError, StepArgumentError), match=message):
        nodes_of(training.with_options(config_path=file(text)))


def test_a_step_that_is_not_there_is_told() -> None:
    configuration = RunConfiguration.from_dict({"steps": {"trian": {}}}, "run.yaml")
    with pytest.raises(ZenMLError, match=r"the step 'trian', .* Did you mean 'train'"):
        configuration.check_steps(["train"])
