"""What differs between two runs of a training pipeline; their records are made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from zenml import spec_yaml
from zenml.client.comparison import RunComparison, compare_runs
from zenml.errors import DatasourceNotFoundError
from zenml.repo import Repository
from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec, StepSpec

OWN = "zenml_0.4.0"
ISLANDS = ({"Biscoe": 6, "Dream": 4}, {"Biscoe": 2, "Dream": 2, "Torgersen": 4})
MASSES = ((3000.0, 5000.0), (3500.0, 5500.0))
ACCURACIES = (0.9, 0.8)


def statistics(islands: dict[str, int], masses: tuple[float, float]) -> bytes:
    rows = sum(islands.values())
    made = statistics_pb2.DatasetFeatureStatisticsList()
    dataset = made.datasets.add(num_examples=rows)
    island = dataset.features.add(type=statistics_pb2.FeatureNameStatistics.STRING)
    island.path.step.append("island")
    island.string_stats.common_stats.num_non_missing = rows
    for name, count in islands.items():
        island.string_stats.rank_histogram.buckets.add(label=name, sample_count=count)
    mass = dataset.features.add(name="mass", type=statistics_pb2.FeatureNameStatistics.FLOAT)
    mass.num_stats.common_stats.num_non_missing = rows
    mass.num_stats.mean = sum(masses) / 2
    histogram = mass.num_stats.histograms.add()
    histogram.buckets.add(low_value=masses[0], high_value=masses[1], sample_count=rows)
    return made.SerializeToString()


def schema(islands: dict[str, int]) -> str:
    made = schema_pb2.Schema()
    feature = made.feature.add(name="island", type=schema_pb2.BYTES, domain="island")
    feature.presence.min_fraction = 1
    made.string_domain.add(name="island", value=sorted(islands))
    return text_format.MessageToString(made)


def evaluation(accuracy: float, islands: dict[str, int]) -> str:
    slices = [{"slice": {"island": name}, "metrics": {"accuracy": accuracy}} for name in islands]
    return json.dumps(
        {"rows": 10, "overall": {"accuracy": accuracy, "loss": None}, "slices": slices}
    )


def spec(commit: str, epochs: int) -> PipelineSpec:
    nodes = (
        NodeSpec("data", "data_gen", StepSpec("zenml.steps.data.CSV", OWN)),
        NodeSpec("split_statistics", "statistics_gen", inputs={"examples": "data.examples"}),
        NodeSpec(
            "split_schema", "schema_gen", inputs={"statistics": "split_statistics.statistics"}
        ),
        NodeSpec("trainer", "trainer", StepSpec("zenml.steps.trainer.FF", OWN, {"epochs": epochs})),
        NodeSpec("evaluator", "evaluator", StepSpec("zenml.steps.evaluator.TFMA", OWN)),
    )
    source = DatasourceSpec("penguins", "zenml.datasources.csv.CSVDatasource", OWN, {}, commit)
    return PipelineSpec("p", "training", "zenml.pipelines.P", OWN, nodes, source)


@pytest.fixture
def compared(recorder: Any) -> RunComparison:
    folder = Repository.get_instance().get_default_pipelines_dir()
    for place, name in enumerate(("monday", "tuesday")):
        file = spec_yaml.write(spec("ab"[place] * 40, 20 - place), folder)
        recorder.begin(name, zenml_file=str(file.relative_to(Path.cwd())))
        told = {"split_names": '["train"]', "content_hash": name}
        uri = recorder.typed(name, "split_statistics", "ExampleStatistics", **told)
        train = Path(uri.outputs["examplestatistics"][0].uri, "Split-train")
        train.mkdir()
        (train / "FeatureStats.pb").write_bytes(statistics(ISLANDS[place], MASSES[place]))
        made = recorder.typed(name, "split_schema", "Schema")
        Path(made.outputs["schema"][0].uri, "schema.pbtxt").write_text(schema(ISLANDS[place]))
        made = recorder.typed(name, "evaluator", "ModelEvaluation")
        text = evaluation(ACCURACIES[place], ISLANDS[place])
        Path(made.outputs["modelevaluation"][0].uri, "metrics.json").write_text(text)
        recorder.end(name)
    return compare_runs("monday", "tuesday")


def test_the_data(compared: RunComparison) -> None:
    (data,) = compared.data.compared
    assert (data.name, data.rows) == ("split_statistics train", (10, 8))
    island, mass = sorted(data.features, key=lambda one: one.name)
    assert (island.measure, island.drift, island.value) == ("l_infinity", 0.5, "Torgersen")
    # A quarter of either lies where the other has nothing.
    assert mass.measure == "jensen_shannon"
    assert mass.drift == pytest.approx(0.25)


def test_the_schema(compared: RunComparison) -> None:
    (change,) = compared.schema
    assert change.name == "split_schema island.values"
    assert change.b == ["Biscoe", "Dream", "Torgersen"]


def test_metrics_overall_and_by_slice(compared: RunComparison) -> None:
    found = {(one.step, one.slice, one.metric): (one.a, one.b) for one in compared.metrics}
    assert found == {
        ("evaluator", "", "accuracy"): (0.9, 0.8),
        ("evaluator", "island=Biscoe", "accuracy"): (0.9, 0.8),
        ("evaluator", "island=Dream", "accuracy"): (0.9, 0.8),
        ("evaluator", "island=Torgersen", "accuracy"): (None, 0.8),
    }


def test_arguments_and_the_datasource(compared: RunComparison) -> None:
    (trainer,) = compared.steps.changed
    assert [str(one) for one in trainer.arguments] == ["epochs 20 -> 19"]
    (commit,) = compared.datasource
    assert (commit.name, commit.a, commit.b) == ("commit", "a" * 40, "b" * 40)


def test_many_training_runs(compared: RunComparison, tmp_path: Path) -> None:
    found = Repository.get_instance().compare_training_runs(datasource="penguins")
    assert [row["run"] for row in found.rows] == ["monday", "tuesday"]
    assert found.arguments == {"trainer.epochs": (20, 19)}
    assert found.metrics["evaluator.accuracy"] == ACCURACIES
    assert found.metrics["evaluator.accuracy [island=Torgersen]"] == (None, 0.8)
    assert list(found.to_frame()["trainer.epochs"]) == [20, 19]
    assert found.between("monday", "tuesday") == compared
    with pytest.raises(DatasourceNotFoundError, match="There is no datasource 'penguin' here"):
        Repository.get_instance().compare_training_runs(datasource="penguin")
    found.to_html(tmp_path / "page.html")
    overall, _, by_slice = (tmp_path / "page.html").read_text().partition("<h2>Metrics by slice")
    assert "<figcaption>evaluator.accuracy<" in overall
    assert "[island=Torgersen]" not in overall
    assert "<figcaption>evaluator.accuracy [island=Torgersen]<" in by_slice


def test_many_training_runs_in_the_terminal(compared: RunComparison) -> None:
    from click.testing import CliRunner

    from zenml.cli.main import cli

    answer = CliRunner().invoke(cli, ["pipeline", "compare", "--html", "runs.html"])
    assert "trainer.epochs" in answer.output.replace("\n", "")
    assert Path("runs.html").is_file()
    words = ["pipeline", "compare", "--output", "json"]
    rows = json.loads(CliRunner().invoke(cli, words).output)
    assert [row["evaluator.accuracy"] for row in rows] == list(ACCURACIES)
