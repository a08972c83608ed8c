"""A free step reads its inputs, runs, and gives its outputs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

from zenml.artifacts.store import digest
from zenml.artifacts.unmaterialized_artifact import UnmaterializedArtifact
from zenml.artifacts.values import ValueRecord, load_value
from zenml.components.python_step.calling import call
from zenml.errors import ArtifactStoreError, StepInterfaceError
from zenml.metadata.artifacts import Artifact
from zenml.repo.loading import load_step
from zenml.spec import NodeSpec, PipelineSpec, StepSpec
from zenml.steps import get_step_context, log_metadata, step
from zenml.steps.base import BaseStep
from zenml.steps.context import StepContext

SPEC = PipelineSpec("digits", "steps", "pipelines.digits", "unpinned")


class Bench:
    """Calls steps one after the other, each artifact in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: dict[str, ValueRecord] = {}
        self.contexts: dict[str, StepContext] = {}

    def run(
        self,
        step: BaseStep,
        inputs: Mapping[str, str] | None = None,
        *,
        args: Mapping[str, Any] | None = None,
        given: Mapping[str, list[Artifact]] | None = None,
    ) -> dict[str, Any]:
        """Runs a step; gives what its outputs are when they are loaded again."""
        name = step.title
        declared = {output: {} for output in step.signature.outputs}
        node = NodeSpec(
            name,
            "python_step",
            inputs=dict(inputs or {}),
            args={"outputs": declared, **(args or {})},
        )
        read = {key: [self.artifact(ref)] for key, ref in (inputs or {}).items()}
        outputs = {output: str(self.folder / name / output) for output in declared}
        context = self.contexts[name] = StepContext.of(SPEC, node, "digits-1")
        records = call(node, step, given or read, outputs, context)
        self.records.update({f"{name}.{output}": found for output, found in records.items()})
        return {
            output: load_value(outputs[output], found, content_hash=digest(outputs[output]).digest)
            for output, found in records.items()
        }

    def artifact(self, reference: str) -> Artifact:
        """What `trainer.model` stands for."""
        uri = str(self.folder.joinpath(*reference.split(".")))
        properties = {
            **self.records[reference].to_properties(),
            "content_hash": digest(uri).digest,
            "zenml_name": "model",
        }
        return Artifact(1, "ZenMLValue", uri, True, properties)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@step
def load() -> tuple[np.ndarray, str]:
    return np.arange(6), "six"


@step
def one() -> int:
    return 1


@step
def two() -> int:
    return 2


def test_values_go_from_step_to_step(bench) -> None:
    @step
    def total(numbers: np.ndarray, word: str, start: int = 0) -> Annotated[int, "total"]:
        return int(numbers.sum()) + len(word) + start

    bench.run(load)
    inputs = {"numbers": "load.output_0", "word": "load.output_1"}
    assert bench.run(total, inputs) == {"total": 18}
    assert bench.run(total.with_parameters({"start": 100}), inputs) == {"total": 118}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (list[int], [2, 1]),
        (tuple[int, int], (2, 1)),
        (tuple[int, ...], (2, 1)),
        (tuple | None, (2, 1)),
        (Any, [2, 1]),
    ],
)
def test_a_list_of_inputs_comes_in_order(bench, annotation, expected) -> None:
    seen = []

    def gather(models) -> None:
        seen.append(models)

    gather.__annotations__["models"] = annotation
    bench.run(one)
    bench.run(two)
    inputs = {"models[1]": "one.output", "models[0]": "two.output"}
    assert bench.run(step(gather), inputs) == {}
    assert seen == [expected]


def test_more_than_ten_inputs_of_a_list_stay_in_order(bench) -> None:
    @step
    def gather(models: list) -> list:
        return models

    bench.run(one)
    bench.run(two)
    inputs = {f"models[{i}]": "one.output" for i in (0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9)}
    inputs["models[10]"] = "two.output"
    assert bench.run(gather, inputs)["output"] == [1] * 10 + [2, 1]


def test_none_is_a_value_where_an_output_is_declared(bench) -> None:
    @step
    def maybe() -> int | None:
        return None

    @step
    def see(x: int | None) -> str:
        return repr(x)

    assert bench.run(maybe) == {"output": None}
    assert bench.run(see, {"x": "maybe.output"}) == {"output": "None"}


def test_a_step_without_annotation_that_returns_none_gives_nothing(bench) -> None:
    @step
    def quiet(x=None):
        return x

    assert bench.run(quiet) == {}

    @step
    def see(x) -> str:
        return repr(x)

    with pytest.raises(ArtifactStoreError, match=r"Input 'x' of step `see` comes from") as found:
        bench.run(see, given={"x": []})
    assert "which gave nothing" in str(found.value)


def test_the_folder_itself_instead_of_the_value(bench) -> None:
    @step
    def look(model: UnmaterializedArtifact) -> str:
        assert model.name == "model"
        assert model.type == "ZenMLValue"
        return Path(model.uri, "data.json").read_text()

    bench.run(one)
    assert bench.run(look, {"model": "one.output"}) == {"output": "1"}


def test_a_step_knows_its_context(bench) -> None:
    @step
    def ask() -> str:
        context = get_step_context()
        log_metadata({"rows": 3})
        Path(context.get_output_artifact_uri()).mkdir(parents=True, exist_ok=True)
        materializer = context.get_output_materializer()
        return f"{context.pipeline_name} {context.run_name} {type(materializer).__name__}"

    assert bench.run(ask) == {"output": "digits digits-1 JSONMaterializer"}
    assert bench.contexts["ask"].metadata_of("output") == {"rows": 3}


def test_the_context_as_an_input(bench) -> None:
    @step
    def ask(context: StepContext, x: int) -> str:
        return f"{context.step_name} {x}"

    bench.run(one)
    assert bench.run(ask, {"x": "one.output"}) == {"output": "ask 1"}


def test_an_input_whose_files_are_gone(bench) -> None:
    @step
    def see(x: int) -> int:
        return x

    bench.run(one)
    artifact = bench.artifact("one.output")
    Path(artifact.uri, "data.json").unlink()
    said = r"Input 'x' of step `see`, a int, cannot be read from 'one\.output'"
    with pytest.raises(ArtifactStoreError, match=said):
        bench.run(see, {"x": "one.output"}, given={"x": [artifact]})


def test_an_input_of_a_wrong_type_is_named(bench) -> None:
    @step
    def see(x: str) -> str:
        return x

    bench.run(one)
    with pytest.raises(StepInterfaceError, match=r"^the input 'x' is of type int"):
        bench.run(see, {"x": "one.output"})


def test_an_output_that_cannot_be_saved(bench) -> None:
    @step
    def stuck() -> Any:
        return (number for number in range(3))

    said = r"Output 'output' of step `stuck`, a generator, cannot be saved"
    with pytest.raises(ArtifactStoreError, match=said):
        bench.run(stuck)


def test_an_artifact_that_nothing_reads(bench) -> None:
    @step
    def see(x: Any) -> None:
        pass

    drift = Artifact(1, "ExampleAnomalies", str(bench.folder))
    with pytest.raises(ArtifactStoreError, match="artifact of type ExampleAnomalies") as found:
        bench.run(see, {}, given={"x": [drift]})
    assert "UnmaterializedArtifact" in str(found.value)


MODULE = """
import pathlib
from zenml.materializers import BaseMaterializer
from zenml.steps import step

class Cart:
    def __init__(self, items):
        self.items = items

class CartMaterializer(BaseMaterializer):
    ASSOCIATED_TYPES = (Cart,)

    def load(self, data_type):
        return Cart(pathlib.Path(self.uri, "cart.txt").read_text().split())

    def save(self, value):
        pathlib.Path(self.uri, "cart.txt").write_text(" ".join(value.items))

class LoudCart(Cart):
    pass

class ShoutMaterializer(CartMaterializer):
    ASSOCIATED_TYPES = (LoudCart,)

    def save(self, value):
        pathlib.Path(self.uri, "cart.txt").write_text(" ".join(value.items).upper())

@step
def fill() -> Cart:
    return Cart(["milk", "bread"])

@step
def count(cart: Cart) -> str:
    return ",".join(cart.items)
"""


@pytest.mark.parametrize("edited", [False, True])
def test_a_materializer_of_the_users(
    bench, commit: Callable[..., str], write: Callable[..., None], edited: bool
) -> None:
    sha = commit({"shop.py": MODULE})
    if edited:  # what runs is the commit
        write({"shop.py": MODULE.replace('" ".join', '"|".join')})
    fill, count = (load_step(StepSpec(f"shop.{name}", sha)) for name in ("fill", "count"))
    node = NodeSpec("fill", "python_step", args={"outputs": {"output": {}}})
    uri = str(bench.folder / "fill" / "output")
    records = call(node, fill, {}, {"output": uri}, StepContext.of(SPEC, node, "digits-1"))
    assert Path(uri, "cart.txt").read_text() == "milk bread"
    bench.records["fill.output"] = records["output"]
    assert bench.run(count, {"cart": "fill.output"}) == {"output": "milk,bread"}


def test_a_materializer_that_the_pipeline_names(bench, commit: Callable[..., str]) -> None:
    fill = load_step(StepSpec("shop.fill", commit({"shop.py": MODULE})))
    named = {"outputs": {"output": {"materializer": "shop.ShoutMaterializer"}}}
    assert bench.run(fill, args=named)["output"].items == ["MILK", "BREAD"]
    unknown = {"outputs": {"output": {"materializer": "shop.None_"}}}
    with pytest.raises(ArtifactStoreError, match=r"Output 'output' of step `fill`.*None_"):
        bench.run(fill, args=unknown)


def test_nothing_of_tensorflow_is_imported() -> None:
    code = (
        "import sys, zenml.components.python_step.calling\n"
        "heavy = {'tensorflow', 'tfx', 'apache_beam', 'ml_metadata', 'numpy', 'pandas', 'pydantic'}"
        "\nassert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
