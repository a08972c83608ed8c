"""Standard steps called in a pipeline: the graph they make, and what is refused at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from tests.pipelines.standard import (
    Sequences,
    count,
    deployer,
    evaluator,
    graph_of,
    load,
    load_anything,
    load_splits,
    load_two,
    look_at_nothing,
    nodes_of,
    preprocesser,
    refused,
    report,
    source,
    split,
    train_on,
    trainer,
)
from zenml import pipeline, step
from zenml.errors import PipelineInterfaceError, StepArgumentError
from zenml.pipelines import BasePipeline, TrainingPipeline
from zenml.repo import Repository
from zenml.steps import BaseStep
from zenml.steps.data import CSVDataStep
from zenml.steps.split import RandomSplit


def test_a_table_and_all_standard_steps() -> None:
    def whole() -> None:
        parts, _, model, evaluation, _ = train_on(load())
        report(train=parts["train"], model=model, evaluation=evaluation)

    nodes = nodes_of(whole)
    assert {name: node.component for name, node in nodes.items()} == {
        "load": "python_step",
        "data": "examples_gen",
        "data_statistics": "statistics_gen",
        "data_schema": "schema_gen",
        "split": "split_gen",
        "split_statistics": "statistics_gen",
        "split_schema": "schema_gen",
        "preprocesser": "transform",
        "trainer": "trainer",
        "evaluator": "evaluator",
        "deployer": "pusher",
        "report": "python_step",
    }
    assert nodes["data"].inputs == {"table": "load.output"}
    assert nodes["report"].inputs == {
        "train": "split.examples",
        "model": "trainer.model",
        "evaluation": "evaluator.evaluation",
    }
    assert nodes["report"].args["inputs"] == {"train": {"split": "train"}}


@pytest.mark.parametrize("with_sequencer", [False, True])
def test_a_datasource_makes_the_graph_of_a_training_pipeline(with_sequencer: bool) -> None:
    schema = {"a": "FLOAT"}

    def called() -> None:
        rows = split()(source(schema=schema)())
        rows = Sequences()(rows) if with_sequencer else rows
        transformed = preprocesser()(rows)
        model = trainer()(transformed)
        deployer()(model=model, evaluation=evaluator()(model=model, examples=transformed))

    given = TrainingPipeline(name="p")
    given.add_datasource(source(schema=schema))
    given.add_split(split())
    given.add_preprocesser(preprocesser())
    given.add_trainer(trainer())
    given.add_evaluator(evaluator())
    given.add_deployment(deployer())
    if with_sequencer:
        given.add_sequencer(Sequences())
    nodes = nodes_of(called)
    assert nodes == {node.name: node for node in graph_of(given).nodes}
    made = [node for node in nodes.values() if node.component == "schema_gen"]
    assert len(made) == 2 + with_sequencer
    assert {node.args["schema"] for node in made} == {'{"a": "FLOAT"}'}


def test_connect_takes_standard_steps() -> None:
    class Mixed(BasePipeline):
        def connect(self, loader, divide, preprocesser, trainer, evaluator, report):
            parts = divide(loader())
            transformed = preprocesser(parts)
            model = trainer(transformed)
            report(parts["train"], model, evaluator(transformed, model))

    made = Mixed(
        loader=load(),
        divide=split(),
        preprocesser=preprocesser(),
        trainer=trainer(),
        evaluator=evaluator(),
        report=report(),
    )
    nodes = {node.name: node for node in graph_of(made).nodes}
    assert nodes["data"].inputs == {"table": "loader.output"}
    assert list(nodes)[4:7] == ["divide", "divide_statistics", "divide_schema"]
    assert nodes["preprocesser"].inputs["schema"] == "divide_schema.schema"
    assert nodes["report"].args["inputs"] == {"train": {"split": "train"}}


def test_connect_reads_the_datasource_of_the_pipeline() -> None:
    class Own(BasePipeline):
        datasource = source()

        def connect(self, divide):
            divide(self.datasource())

    graph = graph_of(Own(divide=split()))
    assert graph.nodes[0].component == "data_gen"
    assert graph.datasource is not None


def test_names_and_order() -> None:
    def twice() -> None:
        table = load()
        one = split()(table)
        two = split(seed=2)(table, id="other", after=one)
        three = split(seed=3)(table)
        preprocesser()(one)
        preprocesser().with_options(name="prepare", enable_cache=False)(two)
        preprocesser()(three, after=["prepare"])

    nodes = nodes_of(twice)
    assert [name for name in nodes if "_s" not in name] == [
        "load", "data", "split", "other", "split_2", "preprocesser", "prepare", "preprocesser_2"
    ]  # fmt: skip
    assert nodes["other"].after == ("split",)
    assert nodes["preprocesser_2"].after == ("prepare",)
    assert nodes["preprocesser_2"].inputs["schema"] == "split_2_schema.schema"
    assert nodes["prepare"].settings["enable_cache"] is False


def test_a_table_is_turned_into_rows_once_and_others_besides() -> None:
    def three() -> None:
        one, two = load(), load()
        split()(one)
        split()(one)
        split()(two)
        split()(source()())

    nodes = nodes_of(three)
    rows = [n.name for n in nodes.values() if n.component in ("examples_gen", "data_gen")]
    assert rows == ["data", "data_2", "data_3"]
    assert nodes["split_2"].inputs["data"] == "data.examples"
    assert nodes["split_3"].inputs["schema"] == "data_2_schema.schema"
    assert nodes["split_4"].inputs["data"] == "data_3.examples"


def test_what_a_table_gives_is_handed_over_by_splits() -> None:
    def by_dict() -> None:
        trainer()(preprocesser()(load_splits()))

    assert nodes_of(by_dict)["preprocesser"].inputs["examples"] == "data.examples"


def test_parts_of_handles() -> None:
    @step
    def look(a: Any, b: Any, c: Any, d: Any) -> None: ...

    def parts() -> None:
        rows = source()()
        parts, transformed, model, evaluation, _ = train_on(rows)
        look(rows["examples"], parts["schema"], transformed["transform_graph"], model["model_run"])
        look(transformed["eval"], model["test_results"]["test"], evaluation["blessing"], parts)
        evaluator()(transformed["transformed_examples"], model["model"])
        look(parts["statistics"]["train"], rows["statistics"], Sequences()(rows)["sequences"], 1)

    nodes = nodes_of(parts)
    assert nodes["look"].inputs == {
        "a": "data.examples",
        "b": "split_schema.schema",
        "c": "preprocesser.transform_graph",
        "d": "trainer.model_run",
    }
    assert nodes["look_2"].inputs == {
        "a": "preprocesser.transformed_examples",
        "b": "trainer.test_results",
        "c": "evaluator.blessing",
        "d": "split.examples",
    }
    assert nodes["look_2"].args["inputs"] == {"a": {"split": "eval"}, "b": {"split": "test"}}
    assert nodes["look_3"].inputs["a"] == "split_statistics.statistics"
    assert nodes["look_3"].args["inputs"] == {"a": {"split": "train"}}


def test_wrong_orders_and_kinds() -> None:
    def of(last: Callable[..., Any]) -> Callable[[], Any]:
        def made() -> None:
            last(*train_on(load()))

        return made

    takes_two = r"'examples': transformed rows, .* and 'model': a model, which a trainer"
    refused(of(lambda s, t, m, e, p: evaluator()(m)), r"without its input 'model'\. .*" + takes_two)
    refused(
        of(lambda s, t, m, e, p: evaluator()(m, t)),
        r"Step `evaluator_2`: the input 'examples' is <output 'model' of step 'trainer'>\. .*",
    )
    refused(of(lambda s, t, m, e, p: trainer()(s)), "It takes 'examples': transformed rows")
    refused(of(lambda s, t, m, e, p: preprocesser()(t)), "It takes 'examples': rows, which")
    refused(of(lambda s, t, m, e, p: preprocesser()(s["train"])), "Hand over all that step 'split'")
    refused(of(lambda s, t, m, e, p: deployer()(e)), "'evaluation': an evaluation, .* if there is")
    refused(of(lambda s, t, m, e, p: deployer()(m, e, t)), "is called with 3 inputs")
    refused(of(lambda s, t, m, e, p: deployer()(m, model=m)), "'model' twice")
    refused(of(lambda s, t, m, e, p: trainer()(example=t)), "Did you mean 'examples'")
    refused(of(lambda s, t, m, e, p: trainer()(load())), "<output 'output' of step 'load_2'>")
    refused(of(lambda s, t, m, e, p: split()(p)), "<output 'pushed_model' of step 'deployer'>")
    refused(of(lambda s, t, m, e, p: s["valid"]), "'valid'; its splits are train, eval, test")
    refused(of(lambda s, t, m, e, p: m["modle"]), "the outputs of the step are model, model_run")
    refused(of(lambda s, t, m, e, p: [*s]), r"cannot be unpacked: .* \['train'\]")
    refused(of(lambda s, t, m, e, p: split()(load(), id="split")), "'split'; give one another id")


def test_what_is_no_rows() -> None:
    frame = pd.DataFrame({"a": range(100)})
    refused(lambda: split()(frame), r"is a pandas\.\S*DataFrame\. Return a table from a @step")
    refused(lambda: split()([{"a": 1}]), "Return a table from a @step")
    refused(lambda: split()(source()), "Call the datasource")
    refused(lambda: split()(count()), "is declared to be a int; rows are taken from a pandas")
    refused(lambda: split()(load_two()), "Hand over one of them: 'train', 'test'")
    refused(lambda: split()(look_at_nothing()), "'look_at_nothing' gives nothing")
    refused(lambda: CSVDataStep(path="d.csv")(), "by way of a datasource")
    refused(lambda: BaseStep()(), "none of SplitStep, SequencerStep")
    assert "data" in nodes_of(lambda: split()(load_anything()))
    assert "data" in nodes_of(lambda: split()(load_two()["train"]))


def test_splits_that_are_not_there() -> None:
    mapping = {"train_splits": ["valid"]}
    refused(lambda: preprocesser(split_mapping=mapping)(split()(load())), "names the split 'valid'")

    def evaluated() -> None:
        transformed = preprocesser()(split(split_map={"train": 0.7, "eval": 0.3})(load()))
        evaluator()(transformed, trainer()(transformed))

    refused(evaluated, "evaluates the split 'test', and the data has train, eval")


def test_arguments_of_steps_are_checked_at_once() -> None:
    with pytest.raises(StepArgumentError, match="split_map"):
        graph_of(pipeline(lambda: RandomSplit(split_map={})(load())))


def test_one_datasource_a_pipeline() -> None:
    def same() -> None:
        split()(source()())
        split()(source()())

    assert nodes_of(same)["split_2"].inputs["data"] == "data.examples"
    refused(lambda: (source()(), source("e")()), "'e' is the second that this pipeline reads")
    refused(lambda: (source()(), source()(commit="ab")), "is the second")
    assert "rows_schema" in nodes_of(lambda: split()(source()(id="rows")))
    with pytest.raises(PipelineInterfaceError, match="is called outside of a pipeline"):
        source()()


def test_standard_steps_outside_of_a_pipeline() -> None:
    with pytest.raises(PipelineInterfaceError, match="RandomSplit cannot be called outside"):
        split()(pd.DataFrame())

    @step
    def inside() -> Any:
        return split()(pd.DataFrame())

    with pytest.raises(PipelineInterfaceError, match="RandomSplit cannot be called outside"):
        inside.invoke({})


def test_parameters_of_a_standard_step_are_not_the_configurations() -> None:
    made = pipeline(lambda: split()(load()))
    made.configuration = made.configuration.merged(
        type(made.configuration).from_dict({"steps": {"split": {"parameters": {"seed": 2}}}}, "x")
    )
    with pytest.raises(PipelineInterfaceError, match="whose arguments stand in the code"):
        graph_of(made)


class SplitIt(BasePipeline):
    """Reads whatever datasource it is given."""

    def connect(self, split):
        split(self.datasource())


def test_a_connect_reads_the_datasource_that_was_added() -> None:
    made = SplitIt(split=split())
    made.add_datasource(source())
    nodes = {node.name: node for node in graph_of(made).nodes}
    assert nodes["split"].inputs["data"] == "data.examples"
    with pytest.raises(PipelineInterfaceError, match=r"an instance of a datasource, .* not 'd'"):
        made.add_datasource("d")  # type: ignore[arg-type]

    class Unread(BasePipeline):
        def connect(self, loader):
            loader()

    unread = Unread(loader=load())
    unread.add_datasource(source())
    with pytest.raises(
        PipelineInterfaceError, match=r"given the datasource 'd', and .* not read it"
    ):
        graph_of(unread)
    with pytest.raises(
        PipelineInterfaceError, match="'p' is a function: call the datasource in it"
    ):
        pipeline(name="p")(lambda: None).add_datasource(source())


def test_the_commit_of_an_added_datasource_is_read(
    git_repo: Any, commit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Repository.init_repo()
    connect = "    def connect(self, split):\n        split(self.datasource())\n"
    head = "from zenml.pipelines import BasePipeline\nclass SplitIt(BasePipeline):\n"
    commit({"d.csv": "a,b\n1,2\n", "of_added_data.py": head + connect})
    monkeypatch.syspath_prepend(git_repo)
    first = source().commit()
    commit({"d.csv": "a,b\n3,4\n"})
    latest = source().commit()
    made = importlib.import_module("of_added_data").SplitIt(split=split())
    found = []
    for wanted in (first[:8], None):
        made.add_datasource(source(), wanted)
        found.append(made.to_config().datasource.commit)
    assert found == [first, latest]


def test_rows_that_nobody_split_are_named() -> None:
    def hasty() -> None:
        preprocesser()(source()())

    told = r"Step `preprocesser` is handed rows that are not split\. Hand over what a split gives"
    refused(hasty, told)
    refused(lambda: preprocesser()(load()), told)
    whole = {"train_splits": ["examples"], "eval_splits": ["examples"], "test_splits": []}

    def knowing() -> None:
        preprocesser(split_mapping=whole)(source()())

    assert "preprocesser" in nodes_of(knowing)
