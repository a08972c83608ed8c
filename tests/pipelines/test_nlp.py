"""NLPPipeline: its graph, its preprocesser, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tensorflow_metadata.proto.v0 import schema_pb2

from zenml import pipeline
from zenml.datasources import CSVDatasource
from zenml.errors import PipelineError, PipelineInterfaceError, StepArgumentError
from zenml.models.classes import write_classes
from zenml.pipelines import NLPPipeline, pipeline_from_spec
from zenml.pipelines.graph import Graph
from zenml.repo import Repository
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser, TextPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.tokenizer import HuggingFaceTokenizerStep
from zenml.steps.trainer import TFFeedForwardTrainer

SPLIT = {"train": 0.6, "eval": 0.2, "test": 0.2}


def source() -> CSVDatasource:
    return CSVDatasource(name="texts", path="texts.csv")


def tokenizer(**kwargs: Any) -> HuggingFaceTokenizerStep:
    arguments = {"text_feature": "text", "tokenizer": "bert-wordpiece", "vocab_size": 50}
    return HuggingFaceTokenizerStep(**{**arguments, **kwargs})


def whole(**kwargs: Any) -> NLPPipeline:
    made = NLPPipeline(name="words", **kwargs)
    made.add_datasource(source())
    made.add_split(RandomSplit(split_map=SPLIT))
    made.add_tokenizer(tokenizer())
    made.add_trainer(TFFeedForwardTrainer())
    made.add_evaluator(TFMAEvaluator(metrics={"kind": ["binary_accuracy"]}))
    return made


def graph_of(made: Any) -> Graph:
    graph = Graph(lambda step: step.to_config("v"))
    made.connect_steps(graph)
    return graph


def test_what_is_declared_of_columns_holds_behind_the_tokenizer_too() -> None:
    schema = {"note": "STRING"}
    made = whole()
    made.add_datasource(CSVDatasource(name="texts", path="texts.csv", schema=schema))

    @pipeline
    def called() -> None:
        rows = RandomSplit(split_map=SPLIT)(made.datasource())
        tokenizer()(rows)

    for graph in (graph_of(made), graph_of(called)):
        found = {n.name: n.args["schema"] for n in graph.of_component("schema_gen")}
        assert found == dict.fromkeys(
            ["data_schema", "split_schema", "tokenizer_schema"], '{"note": "STRING"}'
        )


def test_the_tokenizer_stands_between_split_and_preprocesser() -> None:
    nodes = {node.name: node for node in graph_of(whole()).nodes}
    assert nodes["tokenizer"].inputs == {
        "examples": "split.examples",
        "schema": "split_schema.schema",
    }
    assert nodes["preprocesser"].inputs == {
        "examples": "tokenizer.tokenized_examples",
        "schema": "tokenizer_schema.schema",
    }
    assert nodes["trainer"].inputs["tokenizer"] == "tokenizer.tokenizer"
    step = nodes["preprocesser"].step
    assert step is not None
    assert step.source.endswith("TextPreprocesser")
    assert (step.args["text_feature"], step.args["vocab_size"]) == ("text", 50)
    assert "features" not in step.args


def test_the_preprocesser_learns_from_the_splits_of_the_tokenizer() -> None:
    made = whole()
    mapping = {"train_splits": ["train", "eval"]}
    made.add_tokenizer(tokenizer(split_mapping=mapping))
    step = graph_of(made).steps["preprocesser"]
    assert isinstance(step, TextPreprocesser)
    assert step.split_mapping == mapping


def test_a_preprocesser_of_ones_own() -> None:
    made = whole()
    made.add_preprocesser(StandardPreprocesser(features=["input_ids"], labels=["kind"]))
    step = graph_of(made).steps["preprocesser"]
    assert isinstance(step, StandardPreprocesser)
    assert step.labels == ["kind"]


def test_the_same_nodes_in_a_function() -> None:
    def words() -> None:
        parts = RandomSplit(split_map=SPLIT)(source()())
        tokens = tokenizer()(parts)
        transformed = TextPreprocesser(text_feature="text", vocab_size=50)(tokens)
        model = TFFeedForwardTrainer()(transformed)
        TFMAEvaluator(metrics={"kind": ["binary_accuracy"]})(transformed, model)

    def told(graph: Graph) -> dict[str, Any]:
        return {node.name: (node.component, node.inputs) for node in graph.nodes}

    assert told(graph_of(pipeline(words))) == told(graph_of(whole()))


def test_the_content_of_a_vocabulary_is_a_part_of_the_pipeline(git_repo: Path) -> None:
    """So that another content under the same name is not taken from the cache."""
    of_file = {"skip_training": True, "tokenizer_params": {"vocab": "vocab.txt"}}

    def words() -> None:
        tokenizer(**of_file)(RandomSplit(split_map=SPLIT)(source()()))

    def pinned(made: Any) -> Any:
        return next(node.args for node in graph_of(made).nodes if node.name == "tokenizer")

    slots = whole()
    assert pinned(slots) == {}
    slots.add_tokenizer(tokenizer(**of_file))
    found = []
    for text in ("a", "b"):
        (git_repo / "vocab.txt").write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        found += [pinned(slots), pinned(pipeline(words))]
        assert found[-2:] == [{"files": {"vocab": digest}}] * 2


def test_what_is_missing_is_named() -> None:
    made = NLPPipeline(name="words")
    for adder, missing in (("add_datasource", "datasource"), ("add_split", "split")):
        with pytest.raises(PipelineInterfaceError, match=f"has no {missing}: call {adder}"):
            made.check()
        if missing == "datasource":
            made.add_datasource(source())
    made.add_split(RandomSplit(split_map=SPLIT))
    with pytest.raises(PipelineInterfaceError, match=r"has no tokenizer: call add_tokenizer"):
        made.check()
    made.add_tokenizer(tokenizer(split_mapping={"train_splits": ["training"]}))
    made.add_trainer(TFFeedForwardTrainer())
    with pytest.raises(PipelineInterfaceError, match="names the split 'training'"):
        made.check()
    with pytest.raises(PipelineInterfaceError, match="has no place for a step 'sequencer'"):
        NLPPipeline(name="w", steps_dict={"sequencer": tokenizer()})


def test_it_comes_back_from_its_file(git_repo: Any, commit: Any) -> None:
    Repository.init_repo()
    commit({"texts.csv": "text,kind\na b,1\nc d,0\n"})
    spec = whole().to_config()
    back = pipeline_from_spec(spec)
    assert isinstance(back, NLPPipeline)
    assert back.copy("other").to_config().nodes == spec.nodes
    for wrong, told in ((7, "7"), (["a", 7], r"\['a', 7\]"), (pd.Series([1]), "0")):
        with pytest.raises(PipelineError, match=f"takes a string or a list of strings, not {told}"):
            back.predict_sentence(wrong)  # type: ignore[call-overload]


def schema(*names: str) -> schema_pb2.Schema:
    made = schema_pb2.Schema()
    for name in names:
        kind = schema_pb2.INT if name in ("input_ids", "attention_mask") else schema_pb2.BYTES
        made.feature.add(name=name, type=kind)
    return made


def test_the_one_column_besides_the_text_is_the_label() -> None:
    step = TextPreprocesser(text_feature="text")
    step.check_schema(schema("text", "kind", "input_ids", "attention_mask"))
    assert step.labels == ["kind"]
    assert step.arguments["labels"] is None


@pytest.mark.parametrize(
    ("columns", "told"), [(("a", "b"), "the columns a, b"), ((), "the data has no column")]
)
def test_labels_have_to_be_named_where_that_is_not_clear(
    columns: tuple[str, ...], told: str
) -> None:
    step = TextPreprocesser(text_feature="text")
    with pytest.raises(StepArgumentError, match=rf"{told}\. Say which are labels"):
        step.check_schema(schema("text", "input_ids", "attention_mask", *columns))


def test_wrong_arguments() -> None:
    with pytest.raises(StepArgumentError, match="vocab_size is 0"):
        TextPreprocesser(text_feature="text", vocab_size=0).check()
    with pytest.raises(StepArgumentError, match="text_feature is ''"):
        TextPreprocesser(text_feature="").check()


def test_sentences_one_by_one_and_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a model whose answer is the length of the text."""

    def predict(model: Any, rows: list[dict[str, str]]) -> Any:
        return {"kind_o": np.array([[len(row["text"])] for row in rows], np.float32) / 10}

    sentences = SimpleNamespace(text_feature="text")
    monkeypatch.setattr("zenml.models.trained_model.TrainedModel.sentences", sentences)
    monkeypatch.setattr("zenml.models.trained_model.TrainedModel.__call__", predict)
    write_classes(str(tmp_path), {"kind": ["short", "long"]})
    pipeline = whole()
    monkeypatch.setattr(pipeline, "get_model_uri", lambda: str(tmp_path))
    lists = pipeline.predict_sentence(["a b", "a longer one"])
    assert [one["kind_class"] for one in lists] == ["short", "long"]
    assert pipeline.predict_sentence("a b") == lists[0]
    for column in (np.array(["a b", "a longer one"]), pd.Series(["a b", "a longer one"])):
        assert pipeline.predict_sentence(column) == lists
    assert lists[0]["kind_o"] == [pytest.approx(0.3)]
    assert pipeline.predict_sentence([]) == []
