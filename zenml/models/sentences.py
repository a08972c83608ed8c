"""Sentences: the tokenizer that travels with a model, and turns text into what the model takes."""

from __future__ import annotations

import importlib
import importlib.util
import json
import shutil
import sysconfig
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from zenml.errors import DataError
from zenml.files import write_text
from zenml.models.classes import EXTRA
from zenml.models.columns import INPUT_IDS
from zenml.models.token_columns import texts_of, token_columns
from zenml.spec import StepSpec

_DESCRIPTION = "zenml_tokenizer.json"
_FOLDER = "tokenizer"  # inside of the folder for extras of a model


def describe_tokenizer(folder: str, source: str, args: dict[str, Any], text_feature: str) -> None:
    """Writes beside a tokenizer which step it belongs to.

    Args:
        folder: Of the tokenizer.
        source: Dotted path of the step's class.
        args: The step's arguments.
        text_feature: The column that it reads.
    """
    told = {"source": source, "args": args, "text_feature": text_feature}
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    write_text(Path(folder, _DESCRIPTION), text)


def carry_tokenizer(tokenizer: str, model: str) -> None:
    """Copies a tokenizer beside a model: it goes wherever the model goes.

    Args:
        tokenizer: Folder of the tokenizer.
        model: Folder of the model.
    """
    shutil.copytree(tokenizer, Path(model, EXTRA, _FOLDER), dirs_exist_ok=True)


def find_sentences(model: str) -> Sentences | None:
    """What turns sentences into rows of a model; None where it takes no sentences.

    Args:
        model: Folder of the model.
    """
    folder = Path(model, EXTRA, _FOLDER)
    return Sentences(str(folder)) if (folder / _DESCRIPTION).is_file() else None


class Sentences:
    """The tokenizer in a folder, which adds its columns to serialised rows.

    Args:
        folder: Of the tokenizer.

    Example:
        >>> Sentences("model/assets.extra/tokenizer").folder
        'model/assets.extra/tokenizer'
    """

    def __init__(self, folder: str) -> None:
        """Loads nothing yet."""
        self.folder = folder

    @cached_property
    def description(self) -> dict[str, Any]:
        """Which step it is, with what arguments.

        Raises:
            DataError: It cannot be read.
        """
        path = Path(self.folder, _DESCRIPTION)
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as exc:
            raise DataError(f"The tokenizer's {path} cannot be read: {exc}") from exc
        return told

    @property
    def text_feature(self) -> str:
        """The column of text."""
        return str(self.description["text_feature"])

    @cached_property
    def step(self) -> Any:
        """The step, with what it learned.

        Raises:
            DataError: Its class is not there, or it is of an installed package.
        """
        module, _, name = str(self.description["source"]).rpartition(".")
        if not _is_own(module.partition(".")[0]):
            raise DataError(
                f"The tokenizer in {self.folder} is a {module}.{name}, which is neither zenml's "
                "nor code of your repository; nothing else is imported for a model."
            )
        try:
            step_class = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError, ValueError) as exc:
            raise DataError(
                f"The tokenizer in {self.folder} is a {module}.{name}, which cannot be imported "
                f"here ({exc}): run where its code is."
            ) from exc
        step = step_class.from_config(StepSpec(f"{module}.{name}", "", self.description["args"]))
        step.load_vocab(self.folder)
        return step

    def add_tokens(self, examples: Sequence[bytes]) -> Sequence[bytes]:
        """Serialised rows with the columns of the tokens; those that have them stay as they are.

        A row without a text, in rows that have the column, is an empty sentence.

        Raises:
            DataError: The rows have no column of text.
        """
        import numpy as np
        import pyarrow as pa
        from tfx_bsl.coders.example_coder import RecordBatchToExamplesEncoder

        from zenml.records.merging import merge_rows
        from zenml.records.reader import Decoder

        name, made = self.text_feature, INPUT_IDS
        batch = Decoder(columns=[name, made]).decode(list(examples))
        bare = np.flatnonzero(np.asarray(batch.column(1).is_null()))
        if not len(bare):
            return examples
        untold = [examples[row] for row in bare]
        batch = batch.take(pa.array(bare))
        nowhere = batch.column(0).null_count == len(bare)
        if nowhere and name not in Decoder().decode(untold).schema.names:
            raise DataError(f"The rows have no column {name!r}, of which the model reads the text.")
        columns = token_columns(self.step, texts_of(batch, name))
        encoded = RecordBatchToExamplesEncoder().encode(pa.RecordBatch.from_pydict(columns))
        whole = list(examples)
        for row, merged in zip(bare, merge_rows(untold, encoded), strict=True):
            whole[row] = merged
        return whole


def _is_own(package: str) -> bool:
    """Whether a package is zenml or the user's code: not one that was installed with Python."""
    if package in ("zenml", "__main__"):
        return True
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return True  # The import says that it is not there.
    # Of where packages lie; a folder such as `data`, /usr/local, may have anybody's code in it.
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    installed = {Path(sysconfig.get_paths()[kind]).resolve() for kind in kinds}
    origin = [spec.origin] if spec.has_location and spec.origin else []
    places = [
        Path(place).resolve() for place in [*(spec.submodule_search_locations or ()), *origin]
    ]
    return bool(places) and not any(
        installed & set(place.parents) or {"site-packages", "dist-packages"} & set(place.parts)
        for place in places
    )
