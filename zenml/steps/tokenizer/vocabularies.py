"""Vocabularies that are there already: which arguments name their files, and what fits a kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zenml.steps.data.files import resolve
from zenml.steps.tokenizer.base import TokenizerStep

_NAMES = ("vocab", "merges")
_OF_LISTS = "sentencepiece-unigram"  # its class reads no file
_OF_WORDS = "bert-wordpiece"  # learns no merges


def vocabulary_files(params: Mapping[str, Any] | None) -> dict[str, str]:
    """Parameter -> absolute path of the file that it names; relative ones start at the repository.

    Example:
        >>> vocabulary_files({"vocab": "/models/vocab.txt", "lowercase": False})
        {'vocab': '/models/vocab.txt'}
    """
    given = params or {}
    return {name: str(resolve(given[name])) for name in _NAMES if isinstance(given.get(name), str)}


def as_taken(params: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters as the package takes them: paths absolute, and pairs, lists in JSON, tuples.

    Example:
        >>> as_taken({"vocab": [["a", -1.5]], "lowercase": True})
        {'vocab': [('a', -1.5)], 'lowercase': True}
    """
    pairs = {
        name: [tuple(pair) if isinstance(pair, list) else pair for pair in params[name]]
        for name in _NAMES
        if params and isinstance(params.get(name), (list, tuple))
    }
    return {**(params or {}), **vocabulary_files(params), **pairs}


def check_vocabulary(step: TokenizerStep, kind: str, params: Mapping[str, Any] | None) -> None:
    """Checks what is said of a vocabulary that is there already.

    Args:
        step: Said in errors.
        kind: Of the tokenizer.
        params: Its `tokenizer_params`.

    Raises:
        StepArgumentError: A file is not there, or a part of the vocabulary is not named.
    """
    for name, path in vocabulary_files(params).items():
        if kind == _OF_LISTS:
            would_do = f"a list of tokens with the logarithms of their shares: {kind} reads no file"
            raise step.fail(f"tokenizer_params[{name!r}]", (params or {})[name], would_do)
        if not Path(path).is_file():
            would_do = f"the path of a file that is there, and {path} is none"
            raise step.fail(f"tokenizer_params[{name!r}]", (params or {})[name], would_do)
    if step.skip_training:
        needed = {_OF_WORDS: "{'vocab': 'vocab.txt'}", _OF_LISTS: "{'vocab': [['a', -1.5], ...]}"}
        example = needed.get(kind, "{'vocab': 'vocab.json', 'merges': 'merges.txt'}")
        if any(not (params or {}).get(name) for name in _NAMES if f"'{name}'" in example):
            would_do = f"a mapping with the vocabulary of skip_training=True: {example}"
            raise step.fail("tokenizer_params", params, would_do)


def with_unknown(told: str, token: str | None) -> str:
    """A tokenizer of shares, as JSON, that knows which token stands for what is unknown.

    Its class has no argument for that, and without it most texts cannot be encoded.

    Example:
        >>> with_unknown('{"model": {"vocab": [["a", -1.0], ["<unk>", 0.0]]}}', "<unk>")
        '{"model": {"vocab": [["a", -1.0], ["<unk>", 0.0]], "unk_id": 1}}'
    """
    made = json.loads(told)
    tokens = [name for name, _ in made["model"]["vocab"]]
    if token in tokens:
        made["model"]["unk_id"] = tokens.index(token)
    return json.dumps(made)
