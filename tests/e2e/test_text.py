"""The example that learns what a docstring is about, and predicts sentences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import PROJECT, Folder

pytestmark = [pytest.mark.tf, pytest.mark.slow]

SCRIPT = PROJECT / "examples" / "text" / "run.py"

AFTERWARDS = """
import json, sys, urllib.request
import pandas as pd
from zenml.datasources import CSVDatasource
from zenml.pipelines import BatchInferencePipeline, NLPPipeline
from zenml.repo import Repository
from zenml.serving.server import ModelServer
from zenml.steps.inferrer import FileWriterInferrer

kept = Repository.get_instance().get_pipeline_by_name("topics")
assert type(kept) is NLPPipeline
result = kept.run()
assert {node.state for node in result.nodes.values()} == {"cached"}
assert not {"tensorflow", "tfx", "apache_beam"} & set(sys.modules)

sentences = ["Wait until the thread ends.", "Draw a line on the canvas."]
pd.DataFrame({"text": sentences}).to_csv("sentences.csv", index=False)
pipeline = BatchInferencePipeline(kept.get_model_uri(), name="sentences")
pipeline.add_datasource(CSVDatasource(name="sentences", path="sentences.csv"))
pipeline.add_infer_step(FileWriterInferrer(output_path="out/topics"))
pipeline.run()
table = pd.read_csv("out/topics.csv")
assert list(table) == ["text", "topic_o", "topic_class"], list(table)
alone = [kept.predict_sentence(sentence) for sentence in sentences]
assert table["topic_class"].tolist() == [one["topic_class"] for one in alone]
written = [json.loads(cell) for cell in table["topic_o"]]
assert all(
    abs(a - b) < 1e-6 for x, one in zip(written, alone) for a, b in zip(x, one["topic_o"])
)

body = json.dumps({"instances": [{"text": sentence} for sentence in sentences]}).encode()
with ModelServer({"topics": kept.get_model_uri()}) as server:
    url = f"{server.url}/v1/models/topics:predict"
    served = json.loads(urllib.request.urlopen(url, body).read())["predictions"]
assert all(abs(a - b) < 1e-6 for x, y in zip(served, written) for a, b in zip(x, y))
assert kept.to_tfx().components
print(json.dumps(result.nodes["tokenizer"].outputs))
"""


def test_a_docstring_is_told_by_its_words(tmp_path: Path) -> None:
    repository = Folder(tmp_path / "repository")
    sentence = "Parse the headers of a message."
    call = [sys.executable, str(SCRIPT), str(repository.path), sentence, "Run the test case."]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{sentence} -> email" in done.stdout
    assert "Run the test case. -> tests" in done.stdout
    (metrics,) = (repository.path / ".zenml").rglob("metrics.json")
    assert json.loads(metrics.read_text())["overall"]["sparse_categorical_accuracy"] > 0.7

    again = repository.python("-c", AFTERWARDS)
    assert again.status == 0, again.out + again.err
    made = json.loads(again.out.splitlines()[-1])
    assert sorted(path.name for path in Path(made["tokenizer"]).iterdir()) == [
        "tokenizer.json",
        "zenml_tokenizer.json",
    ]
