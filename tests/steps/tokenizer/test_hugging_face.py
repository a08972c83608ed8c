"""The tokenizers of the package `tokenizers`: what they learn, that it is the same each time."""

from __future__ import annotations

import builtins
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zenml.errors import DataError, StepArgumentError, StepInterfaceError
from zenml.steps.tokenizer import BaseTokenizer, HuggingFaceTokenizerStep
from zenml.steps.tokenizer.hugging_face import KINDS

DOCSTRINGS = Path(__file__).resolve().parents[3] / "examples" / "text" / "data" / "docstrings.csv"


class OfDocstrings(HuggingFaceTokenizerStep):
    """Reads its text from the example's table."""

    def texts(self, files: Any) -> Iterator[list[str]]:
        lines = DOCSTRINGS.read_text().splitlines()[1:600]
        yield from (lines[start : start + 100] for start in range(0, len(lines), 100))


def trained(tokenizer: str, **kwargs: Any) -> OfDocstrings:
    made = OfDocstrings(
        **{"text_feature": "text", "tokenizer": tokenizer, "vocab_size": 600, **kwargs}
    )
    made.check()
    made.train([])
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_learns_and_comes_back_from_its_folder(kind: str, tmp_path: Path) -> None:
    made = trained(kind, sentence_length=10)
    assert made.trained.get_vocab_size() == 600
    made.save(str(tmp_path))
    back = HuggingFaceTokenizerStep(text_feature="text", tokenizer=kind, sentence_length=10)
    back.load_vocab(str(tmp_path))
    texts = ["Return a new list of messages", "", "x"]
    found = back.encode(texts)
    assert {name: values.shape for name, values in found.items()} == {
        "input_ids": (3, 10),
        "attention_mask": (3, 10),
    }
    for name, values in made.encode(texts).items():
        assert (values == found[name]).all()
    padded = found["attention_mask"] == 0
    assert padded[2].any()
    assert (found["input_ids"][padded] == 0).all()
    decoded = made.trained.decode(made.encode("return a list")["input_ids"][0].tolist())
    assert "".join(decoded.split()) == "returnalist"


def test_another_process_learns_the_same_to_the_byte(tmp_path: Path) -> None:
    call = [sys.executable, __file__]
    other = subprocess.run(call, check=True, capture_output=True, text=True)
    assert other.stdout == "".join(f"{kind} {_digest(kind)}\n" for kind in KINDS)


def _digest(kind: str) -> str:
    return hashlib.sha256(trained(kind).trained.to_str().encode()).hexdigest()


def test_formats_of_output() -> None:
    made = trained("bert-wordpiece", sentence_length=4)
    ids = made.encode("the file", "list")["input_ids"]
    assert ids == made.encode(["the file"], "np")["input_ids"].tolist()
    assert [ids[0][0], ids[0][-1]] == [2, 3]  # [CLS] ... [SEP]
    with pytest.raises(StepInterfaceError, match="output_format is 'pt'; it must be one of np"):
        made.encode("the file", "pt")


def test_special_tokens_come_first_and_unknown_is_one_of_them() -> None:
    made = trained("char-level-bpe", special_tokens=["<pad>", "<unk>"], sentence_length=3)
    assert [made.trained.token_to_id(token) for token in ("<pad>", "<unk>")] == [0, 1]
    assert made.encode("漢")["input_ids"].tolist() == [[1, 0, 0]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_special_token_in_a_text_is_text(kind: str, tmp_path: Path) -> None:
    made = trained(kind, sentence_length=20)
    special = range(len(made.special_tokens))
    of_file = [made.trained.token_to_id("[SEP]"), made.trained.token_to_id("[PAD]")]
    texts = ["a file [SEP] a list", "the[PAD]file", "[MASK]", "[SEP][SEP]", "a file"]

    def inside(step: HuggingFaceTokenizerStep) -> list[set[int]]:
        found = step.encode(texts)
        framed = kind == "bert-wordpiece"  # [CLS] before a text, and [SEP] behind
        whole = [
            row[mask == 1][int(framed) : -1 if framed else None]
            for row, mask in zip(found["input_ids"], found["attention_mask"], strict=True)
        ]
        return [{*ids.tolist()} & {*special} for ids in whole]

    unknown = {made.trained.token_to_id("[UNK]")}  # of a bracket that is in no text
    assert all(ids <= unknown for ids in inside(made))
    made.save(str(tmp_path))
    arguments = {"text_feature": "text", "tokenizer": kind, "sentence_length": 20}
    back = HuggingFaceTokenizerStep(**arguments)
    back.load_vocab(str(tmp_path))
    assert (back.encode(texts)["input_ids"] == made.encode(texts)["input_ids"]).all()

    reading = trained(kind, sentence_length=20, read_special_tokens=True)
    assert [bool({*of_file} & ids) for ids in inside(reading)] == [True, True, False, True, False]
    assert inside(reading)[2] == {made.trained.token_to_id("[MASK]")}
    reading.save(str(tmp_path))
    back = HuggingFaceTokenizerStep(**arguments, read_special_tokens=True)
    back.load_vocab(str(tmp_path))
    assert inside(back) == inside(reading)


def test_a_vocabulary_that_is_there_already(git_repo: Path) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "##dish"]
    (git_repo / "vocab.txt").write_text("\n".join(words))
    made = HuggingFaceTokenizerStep(
        text_feature="text",
        tokenizer="bert-wordpiece",
        skip_training=True,
        tokenizer_params={"vocab": "vocab.txt"},
        sentence_length=5,
    )
    made.check()
    assert made.encode("Reddish red")["input_ids"].tolist() == [[2, 4, 5, 4, 3]]
    assert made.encode("red [SEP]")["input_ids"].tolist() == [[2, 4, 1, 1, 3]]  # "[", "sep"


def test_a_vocabulary_of_pairs_comes_from_lists_too() -> None:
    """As they stand in a YAML file."""
    params = {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}
    of_bytes = {"tokenizer": "byte-level-bpe", "tokenizer_params": params}
    shares = {"vocab": [["\u2581ab", -1.0], ["[UNK]", 0.0]]}
    of_shares = {"tokenizer": "sentencepiece-unigram", "tokenizer_params": shares}
    for arguments, want in ((of_bytes, [2, 0]), (of_shares, [0, 0])):
        made = HuggingFaceTokenizerStep(
            text_feature="text", skip_training=True, sentence_length=2, **arguments
        )
        made.check()
        assert made.encode("ab")["input_ids"].tolist() == [want]
    assert made.encode("ab z")["input_ids"].tolist() == [[0, 1]]


def test_a_vocabulary_without_tokens_is_refused(git_repo: Path) -> None:
    (git_repo / "v.json").write_text("{}")
    (git_repo / "m.txt").write_text("")
    made = HuggingFaceTokenizerStep(
        text_feature="text",
        tokenizer="byte-level-bpe",
        skip_training=True,
        tokenizer_params={"vocab": "v.json", "merges": "m.txt"},
    )
    made.check()
    with pytest.raises(StepArgumentError, match="a mapping with a vocabulary that has tokens"):
        made.encode("a")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"tokenizer": "bert-wordpieces"}, "Did you mean 'bert-wordpiece'"),
        ({"text_feature": ""}, "must be the name of a column of text"),
        ({"vocab_size": 0}, "vocab_size is 0; it must be an integer above 0"),
        ({"sentence_length": 1.5}, "sentence_length is 1.5; it must be an integer"),
        ({"sentence_length": 2}, r"sentence_length is 2; it must be 3 or more: \[CLS\] and \[SEP"),
        ({"special_tokens": ["[PAD]"]}, r"with the token '\[UNK\]', which bert-wordpiece needs"),
        (
            {"tokenizer": "sentencepiece-unigram", "special_tokens": []},
            "special_tokens is .*which sentencepiece-unigram needs",
        ),
        ({"tokenizer_params": {"unk_token": "<?>"}}, r"a list with the token '<\?>'"),
        ({"read_special_tokens": 1}, "read_special_tokens is 1; it must be True or False"),
        ({"special_tokens": ["a", "a"]}, "must be a list of different tokens"),
        ({"skip_training": True}, r"vocabulary of skip_training=True: \{'vocab'"),
        (
            {
                "tokenizer": "char-level-bpe",
                "skip_training": True,
                "tokenizer_params": {"vocab": {"a": 0}},
            },
            r"skip_training=True: \{'vocab': 'vocab.json', 'merges': 'merges.txt'\}",
        ),
        (
            {"tokenizer_params": {"vocab": "/nowhere/vocab.txt"}},
            r"\['vocab'\] is .* a file that is there, and /nowhere/vocab.txt is none",
        ),
        (
            {"tokenizer": "sentencepiece-unigram", "tokenizer_params": {"vocab": __file__}},
            "shares: sentencepiece-unigram reads no file",
        ),
        ({"tokenizer_params": ["lowercase"]}, "it must be a mapping"),
        ({"split_mapping": {"train": ["a"]}}, "a mapping with keys of train_splits"),
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, Any], why: str) -> None:
    step = HuggingFaceTokenizerStep(
        **{"text_feature": "text", "tokenizer": "bert-wordpiece", **arguments}
    )
    with pytest.raises(StepArgumentError, match=why):
        step.check()


def test_a_parameter_that_the_tokenizer_does_not_take() -> None:
    with pytest.raises(StepArgumentError, match="must be arguments of BertWordPieceTokenizer"):
        trained("bert-wordpiece", tokenizer_params={"lower": True})


def test_errors_of_the_package_are_said_in_ones_own_words() -> None:
    made = trained("bert-wordpiece", sentence_length=4)
    made.trained.post_processor = None
    made.trained.model.unk_token = "<gone>"
    with pytest.raises(DataError, match="bert-wordpiece cannot turn a text of the column 'text'"):
        made.encode("漢")

    class Broken(HuggingFaceTokenizerStep):
        def texts(self, files: Any) -> Iterator[list[str]]:
            yield ["a", 7]  # type: ignore[list-item]

    step = Broken(text_feature="text", tokenizer="byte-level-bpe")
    with pytest.raises(StepArgumentError, match="byte-level-bpe cannot learn from the column"):
        step.train([])


def test_bytes_need_no_unknown_token_and_no_frame() -> None:
    made = trained("byte-level-bpe", special_tokens=[], sentence_length=1)
    assert made.encode("漢")["input_ids"].shape == (1, 1)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "tokenizers":
            raise ModuleNotFoundError("No module named 'tokenizers'", name="tokenizers")
        return whole(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    step = HuggingFaceTokenizerStep(text_feature="text", tokenizer="bert-wordpiece")
    with pytest.raises(StepArgumentError, match=r"pip install 'zenml\[text\]'"):
        step.check()


def test_nothing_learned_and_nothing_to_learn_from(tmp_path: Path) -> None:
    class Silent(HuggingFaceTokenizerStep):
        def texts(self, files: Any) -> Iterator[list[str]]:
            yield ["", ""]

    step = Silent(text_feature="text", tokenizer="byte-level-bpe")
    with pytest.raises(StepInterfaceError, match="has learned nothing yet"):
        step.encode("a")
    with pytest.raises(DataError, match="The column 'text' has no text to learn from"):
        step.train([])
    with pytest.raises(DataError, match=r"tokenizer\.json cannot be read"):
        step.load_vocab(str(tmp_path))


def test_a_tokenizer_is_abstract() -> None:
    with pytest.raises(StepArgumentError, match="encode, load_vocab, save, train"):
        BaseTokenizer(text_feature="text")


def test_tensors() -> None:
    tf = pytest.importorskip("tensorflow")
    made = trained("sentencepiece-bpe", sentence_length=4)
    found = made.encode("the file", "tf")["input_ids"]
    assert tf.is_tensor(found)
    np.testing.assert_array_equal(found.numpy(), made.encode("the file")["input_ids"])


if __name__ == "__main__":
    for each in KINDS:
        print(each, _digest(each))
