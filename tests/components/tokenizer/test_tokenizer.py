"""Tokenizing the splits of examples, and the tokenizer beside a model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.steps.tokenizer import BaseTokenizer, HuggingFaceTokenizerStep
from zenml.version import __version__

pytestmark = pytest.mark.tf

TRAIN = pd.DataFrame({"text": ["a file", None, "a new file"], "kind": ["x", "y", "x"]})
TEST = pd.DataFrame({"text": ["zebra file"], "kind": ["x"]})


class Letters(BaseTokenizer):
    """The number of the first letter, and of the last."""

    def train(self, files):
        self.seen = [text for texts in self.texts(files) for text in texts]

    def encode(self, sequence, output_format="np"):
        ids = np.array([[ord(text[0]), ord(text[-1])] if text else [0, 0] for text in sequence])
        return {"input_ids": ids, "attention_mask": (ids > 0).astype(int)}

    def save(self, dir):
        Path(dir).mkdir(parents=True, exist_ok=True)
        Path(dir, "seen.txt").write_text("\n".join(self.seen))

    def load_vocab(self, path):
        self.seen = Path(path, "seen.txt").read_text().split("\n")


class Ragged(Letters):
    """Rows of floats."""

    def encode(self, sequence, output_format="np"):
        return {name: np.zeros((1, 2)) for name in ("input_ids", "attention_mask")}


def run(step, rows, tmp_path, frames, **kwargs):
    from zenml.components.tokenizer.executor import tokenize

    uri = rows.write(tmp_path / "raw", frames)
    schema = rows.schema(pd.concat(frames.values()))
    out = (str(tmp_path / "tokens"), str(tmp_path / "tokenizer"))
    return tokenize(step, uri, schema, *out, **kwargs)


def test_it_learns_from_the_training_split_and_tokenizes_all(rows, tmp_path):
    step = Letters(text_feature="text")
    sizes = run(step, rows, tmp_path, {"train": TRAIN, "test": TEST})
    assert sizes == {"test": 1, "train": 3}
    assert step.seen == ["a file", "", "a new file"]
    found = rows.read(tmp_path / "tokens", "train")
    assert [list(ids) for ids in found["input_ids"]] == [[97, 101], [0, 0], [97, 101]]
    assert [list(mask) for mask in found["attention_mask"]] == [[1, 1], [0, 0], [1, 1]]
    assert found["kind"].tolist() == [b"x", b"y", b"x"]


def test_a_tokenizer_of_a_package_has_rows_of_one_length(rows, tmp_path):
    step = HuggingFaceTokenizerStep(
        text_feature="text", tokenizer="bert-wordpiece", min_frequency=1, sentence_length=6
    )
    run(step, rows, tmp_path, {"train": TRAIN, "test": TEST})
    (ids,) = rows.read(tmp_path / "tokens", "test")["input_ids"]
    unknown, file = 1, step.trained.token_to_id("file")
    assert ids.tolist() == [2, unknown, file, 3, 0, 0]


def test_a_vocabulary_that_was_changed_is_refused(tmp_path):
    from zenml.components.tokenizer.executor import Executor

    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("[UNK]")
    step = HuggingFaceTokenizerStep(
        text_feature="text",
        tokenizer="bert-wordpiece",
        skip_training=True,
        tokenizer_params={"vocab": str(vocabulary)},
    )
    told = {"step": step.to_config("unpinned").to_json(), "files": json.dumps({"vocab": "0" * 64})}
    with pytest.raises(DataError, match=r"vocab\.txt of 'vocab' was changed since the pipeline"):
        Executor().Do({}, {}, told)


def test_a_column_of_numbers_without_any_goes_along(rows, tmp_path):
    from google.protobuf import text_format
    from tfx.types import standard_artifacts

    from zenml.components.statistics_gen.executor import Executor as Statistics
    from zenml.components.tokenizer.executor import Executor
    from zenml.records.tables import SCHEMA_FILE, read_statistics

    made = [getattr(standard_artifacts, kind)() for kind in ("Examples", "Schema", "Examples")]
    examples, schema, tokenized = made
    tokenizer, statistics = standard_artifacts.Model(), standard_artifacts.ExampleStatistics()
    for number, artifact in enumerate((*made, tokenizer, statistics)):
        artifact.uri = str(tmp_path / str(number))
    rows.write(Path(examples.uri), {"train": TRAIN})
    examples.set_string_custom_property("empty_numbers", '{"kind": "INT", "gone": "FLOAT"}')
    Path(schema.uri).mkdir()
    text = text_format.MessageToString(rows.schema(TRAIN))
    Path(schema.uri, SCHEMA_FILE).write_text(text)
    step = HuggingFaceTokenizerStep(text_feature="text", tokenizer="bert-wordpiece")
    Executor().Do(
        {"examples": [examples], "schema": [schema]},
        {"tokenized_examples": [tokenized], "tokenizer": [tokenizer]},
        {"step": step.to_config(f"zenml_{__version__}").to_json()},
    )
    assert tokenized.get_string_custom_property("empty_numbers").startswith('{"kind": "INT"')
    Statistics().Do({"examples": [tokenized]}, {"statistics": [statistics]}, {})
    (data,) = read_statistics(statistics.uri, "train").datasets
    found = {feature.path.step[0]: feature for feature in data.features}
    assert found["kind"].type == found["kind"].STRING  # it has values


def test_the_tokenizer_goes_along_with_a_model(rows, tmp_path):
    from zenml.models.base import ModelReader
    from zenml.models.sentences import carry_tokenizer, describe_tokenizer, find_sentences
    from zenml.models.trained_model import TrainedModel
    from zenml.records.reader import Decoder
    from zenml.steps.tokenizer.hugging_face import HuggingFaceTokenizerStep as Step

    step = Step(text_feature="text", tokenizer="byte-level-bpe", sentence_length=4)
    run(step, rows, tmp_path, {"train": TRAIN})
    folder, model = str(tmp_path / "tokenizer"), str(tmp_path / "model")
    source = "zenml.steps.tokenizer.hugging_face.HuggingFaceTokenizerStep"
    describe_tokenizer(folder, source, dict(step.arguments), "text")
    carry_tokenizer(folder, model)

    class Ids(ModelReader):
        def predict(self, examples):
            batch = Decoder(columns=["input_ids"]).decode(list(examples))
            return {"ids": np.array(batch.column(0).to_pylist())}

        predict_transformed = predict

    def opened():
        trained = TrainedModel(model)
        vars(trained)["reader"] = Ids(model)
        return trained

    trained = opened()
    sentences = ["a new file", "a file"]
    want = step.encode(sentences)["input_ids"]
    assert (trained([{"text": text} for text in sentences])["ids"] == want).all()
    tokens = {"input_ids": [1, 2, 3, 4], "attention_mask": [1, 1, 1, 1]}
    assert trained([{"text": "a", **tokens}])["ids"].tolist() == [[1, 2, 3, 4]]
    assert trained([{"text": "a", **tokens}, {"text": "a file"}])["ids"].tolist() == [
        [1, 2, 3, 4],
        want[1].tolist(),
    ]
    empty = step.encode([""])["input_ids"].tolist()
    for nothing in (None, ""):
        assert trained([{"text": nothing}])["ids"].tolist() == empty
        assert trained([{"text": "a file"}, {"text": nothing}])["ids"].tolist()[1:] == empty
    with pytest.raises(DataError, match="no column 'text', of which the model reads the text"):
        trained([{"words": "a"}])
    describe_tokenizer(str(tmp_path / "model/assets.extra/tokenizer"), "gone.Step", {}, "text")
    with pytest.raises(DataError, match=r"is a gone\.Step, which cannot be imported"):
        opened()([{"text": "a"}])
    for source in ("os.Step", "shutil.copy", "numpy.load", "sys.Step"):
        describe_tokenizer(str(tmp_path / "model/assets.extra/tokenizer"), source, {}, "text")
        with pytest.raises(DataError, match="neither zenml's nor code of your repository"):
            opened()([{"text": "a"}])
    assert find_sentences(folder) is None


@pytest.mark.parametrize(
    ("step", "frame", "error", "why"),
    [
        (Letters(text_feature="txt"), TRAIN, StepArgumentError, "Did you mean 'text'"),
        (
            Letters(text_feature="n"),
            TRAIN.assign(n=1),
            StepArgumentError,
            "'n', which holds no text but numbers. Columns of text are kind, text",
        ),
        (
            Letters(text_feature="text"),
            TRAIN.assign(input_ids=1),
            StepArgumentError,
            "makes a column 'input_ids', and the data has one",
        ),
        (
            Letters(text_feature="text"),
            TRAIN.assign(text=b"\xff\xfe"),
            DataError,
            "'text' holds bytes that are no text in UTF-8",
        ),
        (
            Ragged(text_feature="text"),
            TRAIN,
            StepInterfaceError,
            r"Ragged.encode gave input_ids of shape \(1, 2\) and type float64 for 3 texts",
        ),
    ],
)
def test_what_cannot_be_tokenized(step, frame, error, why, rows, tmp_path):
    with pytest.raises(error, match=why):
        run(step, rows, tmp_path, {"train": frame})


def test_the_split_to_learn_from_has_to_be_there(rows, tmp_path):
    with pytest.raises(DataError, match="trains on the split 'train', and the data has 'a'"):
        run(Letters(text_feature="text"), rows, tmp_path, {"a": TRAIN})


def test_a_model_knows_how_many_tokens_were_learned(rows, tmp_path):
    import tensorflow_transform as tft
    from tensorflow_metadata.proto.v0 import schema_pb2

    from zenml.components.transform.executor import declare_vocabulary, transform
    from zenml.steps.preprocesser import TextPreprocesser
    from zenml.steps.trainer.columns import columns_of

    step = HuggingFaceTokenizerStep(
        text_feature="text", tokenizer="bert-wordpiece", vocab_size=900, sentence_length=6
    )
    run(step, rows, tmp_path, {"train": TRAIN})
    tokens, out = str(tmp_path / "tokens"), (str(tmp_path / "graph"), str(tmp_path / "rows"))
    schema = rows.schema(rows.read(tokens, "train"))
    for feature in schema.feature:
        if feature.name in ("input_ids", "attention_mask"):
            feature.type = schema_pb2.INT
    declare_vocabulary(schema, step.vocabulary_size)
    transform(TextPreprocesser(text_feature="text", vocab_size=900), tokens, schema, *out)
    classes = columns_of(tft.TFTransformOutput(out[0]))["input_ids_xf"].classes
    assert classes == step.trained.get_vocab_size() < 900
