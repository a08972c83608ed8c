"""A run of a training pipeline whose records and files are made by hand, without TensorFlow."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from zenml import spec_yaml
from zenml.repo import Repository
from zenml.spec import NodeSpec, PipelineSpec, StepSpec

OWN = "zenml_0.4.0"
HOSTILE = "<script>alert('column')</script>"
SPLITS = {"train": 80, "eval": 20, "test": 10}
TRAINER = {"epochs": 3, "lr": 0.01, "split_mapping": None}
CLASSES = ["Adelie", "Gentoo"]
CURVE = {"fpr": [0.0, 0.1, 1.0], "tpr": [0.0, 0.9, 1.0], "auc": 0.95}
PR = {"recall": [0.0, 0.9, 1.0], "precision": [1.0, 0.9, 0.4], "ap": 0.93}
CURVES = {
    "splits": ["test"],
    "outputs": {
        "": {
            "label": "species",
            "kind": "classes",
            "rows": 10,
            "classes": CLASSES,
            "confusion": [[4, 1], [0, 5]],
            "roc_by_class": dict.fromkeys(CLASSES, CURVE),
            "pr_by_class": dict.fromkeys(CLASSES, PR),
            "calibration": {"predicted": [0.2, 0.8], "observed": [0.25, 0.7], "count": [4, 6]},
        }
    },
}
EVALUATION = {
    "rows": 10,
    "overall": {"accuracy": 0.9, "loss": None},
    "slices": [
        {"slice": {"island": "Biscoe"}, "metrics": {"accuracy": 0.8, "loss": 0.5}},
        {"slice": {"island": HOSTILE}, "metrics": {"accuracy": 1.0, "loss": None}},
    ],
}
HISTORY = {"loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.6]}


def statistics(rows: int, numbers: int = 1) -> bytes:
    """Of a text column with a hostile name, a text column, and columns of numbers."""
    made = statistics_pb2.DatasetFeatureStatisticsList()
    dataset = made.datasets.add(num_examples=rows)
    for name, values in ((HOSTILE, {"</svg><b>": rows}), ("island", {"Biscoe": rows // 2})):
        text = dataset.features.add(name=name, type=statistics_pb2.FeatureNameStatistics.STRING)
        text.string_stats.common_stats.num_non_missing = sum(values.values())
        text.string_stats.common_stats.num_missing = rows - sum(values.values())
        text.string_stats.unique = len(values)
        for value, count in values.items():
            text.string_stats.rank_histogram.buckets.add(label=value, sample_count=count)
            text.string_stats.top_values.add(value=value, frequency=count)
    for place in range(numbers):
        name = f"mass_{place}" if place else "mass"
        mass = dataset.features.add(name=name, type=statistics_pb2.FeatureNameStatistics.FLOAT)
        stats = mass.num_stats
        stats.common_stats.num_non_missing = rows
        stats.mean, stats.median, stats.min, stats.max, stats.num_zeros = 3.5, 3.0, 0, 10, 2
        histogram = stats.histograms.add()
        quantiles = stats.histograms.add(type=statistics_pb2.Histogram.QUANTILES)
        for low in range(10):
            histogram.buckets.add(low_value=low, high_value=low + 1, sample_count=rows / 10)
            quantiles.buckets.add(low_value=low, high_value=low + 1, sample_count=rows / 10)
    return bytes(made.SerializeToString())


def schema() -> str:
    made = schema_pb2.Schema()
    for name in (HOSTILE, "island"):
        feature = made.feature.add(name=name, type=schema_pb2.BYTES, domain=name)
        feature.presence.min_fraction = 1
        made.string_domain.add(name=name, value=["Biscoe", "<i>Dream</i>"])
    made.feature.add(name="mass", type=schema_pb2.FLOAT)
    return str(text_format.MessageToString(made))


class Training:
    """Records runs of a pipeline `p`."""

    def __init__(self, recorder: Any) -> None:
        self.recorder = recorder

    def begin(self, run: str, evaluator: bool = True, **arguments: Any) -> None:
        """A run whose file says that it has a trainer, and perhaps an evaluator.

        Args:
            run: Name of the run.
            evaluator: Whether it has one.
            arguments: Of the evaluator.
        """
        nodes = [
            NodeSpec("data", "data_gen", StepSpec("zenml.steps.data.CSV", OWN)),
            NodeSpec("split_statistics", "statistics_gen", inputs={"examples": "data.examples"}),
            NodeSpec("preprocesser", "transform", StepSpec("zenml.steps.preprocesser.P", OWN)),
            NodeSpec("trainer", "trainer", StepSpec("zenml.steps.trainer.FF", OWN, TRAINER)),
        ]
        if evaluator:
            step = StepSpec("zenml.steps.evaluator.TFMA", OWN, arguments)
            nodes.append(NodeSpec("evaluator", "evaluator", step))
        spec = PipelineSpec("p", "training", "zenml.pipelines.P", OWN, tuple(nodes))
        file = spec_yaml.write(spec, Repository.get_instance().get_default_pipelines_dir())
        self.recorder.begin(run, zenml_file=str(file.relative_to(Path.cwd())))

    def describe(self, run: str, numbers: int = 1, node: str = "split_statistics") -> None:
        """Statistics and schema."""
        splits = json.dumps(list(SPLITS))
        folder = self.made(run, node, "ExampleStatistics", split_names=splits)
        for split, rows in SPLITS.items():
            (folder / f"Split-{split}").mkdir()
            (folder / f"Split-{split}" / "FeatureStats.pb").write_bytes(statistics(rows, numbers))
        (self.made(run, "split_schema", "Schema") / "schema.pbtxt").write_text(schema())

    def train(self, run: str, history: Mapping[str, Any] | None = HISTORY) -> Path:
        """A model, and how it was trained."""
        folder = self.made(run, "trainer", "Model") / "Format-Serving"
        folder.mkdir()
        (folder / "saved_model.pb").write_text("model")
        if history is not None:
            logs = self.made(run, "trainer_logs", "ModelRun")
            (logs / "history.json").write_text(json.dumps(history))
        return folder

    def evaluate(
        self, run: str, metrics: Mapping[str, Any] = EVALUATION, curves: Any = CURVES
    ) -> Path:
        """What an evaluator wrote."""
        folder = self.made(run, "evaluator", "ModelEvaluation")
        (folder / "metrics.json").write_text(json.dumps(metrics))
        if curves is not None:
            (folder / "curves.json").write_text(json.dumps(curves))
        return folder

    def made(self, run: str, node: str, kind: str, **properties: Any) -> Path:
        """The folder of an artifact."""
        execution = self.recorder.typed(run, node, kind, **properties)
        return Path(execution.outputs[kind.lower()][0].uri)

    def whole(self, run: str, numbers: int = 1) -> None:
        """A run with everything, that ended well."""
        self.begin(run)
        self.describe(run, numbers)
        self.train(run)
        self.evaluate(run)
        self.recorder.end(run)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000",
)  # fmt: skip
FRAME = "<iframe style='width:{width}px; height:800px; border:0' srcdoc='{page}'></iframe>"
WRAPPER = """<meta charset='utf-8'>
{frames}
<pre id='answer'></pre>
<script>
onload = () => {{
  const ask = (page, view) => {{ {question} }};
  answer.textContent = JSON.stringify(
    [...document.querySelectorAll("iframe")].map(one => ask(one.contentDocument, one.contentWindow))
  );
}};
</script>"""


@pytest.fixture
def look_at(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """What one Chromium makes of several pages, off the net.

    `look_at([(page, width), ...], "return {...};")`; the question is JavaScript, `page` is the
    document, `view` its window.
    """

    def ask(pages: Sequence[tuple[str, int]], question: str, *options: str) -> list[dict[str, Any]]:
        if CHROMIUM is None:
            pytest.skip("no chromium here; scripts/test_packages.sh installs it")
        frames = [FRAME.format(width=width, page=html.escape(page)) for page, width in pages]
        wrapper = tmp_path / "wrapper.html"
        wrapper.write_text(WRAPPER.format(frames="\n".join(frames), question=question))
        command = [CHROMIUM, *OPTIONS, *options, f"--user-data-dir={tmp_path / 'chromium'}"]
        done = subprocess.run(
            [*command, wrapper.as_uri()], capture_output=True, text=True, check=True
        )
        answer = re.search(r"<pre id=['\"]answer['\"]>(.+?)</pre>", done.stdout, re.DOTALL)
        assert answer is not None, done.stderr
        found: list[dict[str, Any]] = json.loads(html.unescape(answer[1]))
        assert len(found) == len(pages)
        return found

    return ask


@pytest.fixture
def look(look_at: Callable[..., list[dict[str, Any]]]) -> Callable[..., dict[str, Any]]:
    """The same of one page: `look(page, width, "return {...};")`."""

    def ask(page: str, width: int, question: str, *options: str) -> dict[str, Any]:
        return look_at([(page, width)], question, *options)[0]

    return ask


@pytest.fixture
def training(recorder: Any) -> Training:
    """Records training runs in a new repository."""
    return Training(recorder)


@pytest.fixture
def pipeline(training: Training) -> Callable[[], Any]:
    """The pipeline that ran, as the repository gives it."""
    return lambda: Repository.get_instance().get_pipeline_by_name("p")
