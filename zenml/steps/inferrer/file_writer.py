"""FileWriterInferrer: predictions into files of a usual format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from zenml.errors import StepArgumentError
from zenml.steps.data.files import resolve
from zenml.steps.inferrer.base import InferrerStep, PredictionWriter

EXTENSIONS = (".csv", ".parquet", ".tfrecord", ".tfrecord.gz")
_NAME = "predictions"
# What a path ends in that is to be a file of another format; "p.2024" is no such one.
_OTHERS = (
    ".arrow", ".avro", ".feather", ".gz", ".html", ".json", ".jsonl", ".ndjson", ".orc", ".pkl",
    ".tsv", ".txt", ".xls", ".xlsx", ".zip",
)  # fmt: skip


class FileWriterInferrer(InferrerStep):
    """Writes the predictions into a file, beside the columns of the source.

    The rows go through memory batch by batch. The file is there whole or not at all; an
    older one of its name is replaced at the end.

    Args:
        labels: What to predict; None is all that the model predicts.
        output_path: Path of the file, with its extension or without; a folder (that is
            there, or written with "/" at the end) gets `predictions`. A relative one
            starts at the root of the repository.
        output_ext: `.csv`, `.parquet`, `.tfrecord` or `.tfrecord.gz`, with the dot or without.
        num_shards: Into how many files, `<name>-00000-of-00004.csv` and so on; 0 is one
            file without a number. Files of the same form with another number of shards,
            `<name>-00000-of-00002.csv`, go when the new ones come.

    Example:
        >>> FileWriterInferrer(labels=["late"], output_path="out/late", output_ext=".xls").check()
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: FileWriterInferrer: output_ext is '.xls'; it must be \
one of .csv, .parquet, .tfrecord, .tfrecord.gz.
    """

    def __init__(
        self,
        *,
        output_path: str,
        labels: Sequence[str] | str | None = None,
        output_ext: str = ".csv",
        num_shards: int = 0,
        **kwargs: Any,
    ) -> None:
        """Stores where to write."""
        self.output_path = output_path
        self.output_ext = output_ext
        self.num_shards = num_shards
        super().__init__(labels=labels, **kwargs)

    def check(self) -> None:
        """Checks path, extension and number of shards.

        Raises:
            StepArgumentError: Names the argument, what was given and what would do.
        """
        super().check()
        if not isinstance(self.output_path, str) or not self.output_path.strip():
            raise self.fail("output_path", self.output_path, "a path, e.g. 'out/predictions'")
        if "://" in self.output_path:
            raise self.fail("output_path", self.output_path, "a path on this machine")
        if self.extension not in EXTENSIONS:
            raise self.fail("output_ext", self.output_ext, f"one of {', '.join(EXTENSIONS)}")
        if type(self.num_shards) is not int or not 0 <= self.num_shards < 100_000:
            raise self.fail("num_shards", self.num_shards, "a number from 0 to 99,999")
        if self.output_path.endswith(EXTENSIONS):
            other = next(e for e in EXTENSIONS if self.output_path.endswith(e))
        elif self.output_path.lower().endswith((*_OTHERS, *EXTENSIONS)):
            would_do = f"a path that ends in {', '.join(EXTENSIONS)}, or in no extension"
            raise self.fail("output_path", self.output_path, would_do)
        else:
            return
        if not self.output_path.endswith(self.extension):
            raise StepArgumentError(
                f"{type(self).__name__}: output_path is {self.output_path!r}, and output_ext "
                f"{self.output_ext!r}; write output_ext={other!r}."
            )

    @property
    def extension(self) -> str:
        """Of the files, with its dot."""
        given = self.output_ext
        return f".{given}" if isinstance(given, str) and given[:1] != "." else given

    def open_writer(
        self, split: str, rows: int, schema: Any
    ) -> AbstractContextManager[PredictionWriter]:
        """Opens the files.

        Raises:
            ArtifactStoreError: The folder cannot be written to.
        """
        from zenml.records.exports import ShardedWriter

        files, older = self.files(split), self.outdated(split)
        return ShardedWriter(files, rows, schema, type(self).__name__, older)

    def files(self, split: str = "") -> list[str]:
        """Absolute paths of the files that are written, for one split of several or for all."""
        stem = self._stem(split)
        if not self.num_shards:
            return [f"{stem}{self.extension}"]
        of = f"of-{self.num_shards:05d}{self.extension}"
        return [f"{stem}-{number:05d}-{of}" for number in range(self.num_shards)]

    def outdated(self, split: str = "") -> list[str]:
        """The files that are there of the same name, but of another number of shards."""
        stem, written = Path(self._stem(split)), set(self.files(split))
        exact = re.compile(rf"{re.escape(stem.name)}-\d{{5}}-of-\d{{5}}{re.escape(self.extension)}")
        there = sorted(stem.parent.iterdir()) if stem.parent.is_dir() else []
        named = [path for path in there if exact.fullmatch(path.name) and path.is_file()]
        return [str(path) for path in named if str(path) not in written]

    def collides_with(
        self, other: FileWriterInferrer, split: str = "", other_split: str = ""
    ) -> bool:
        """Whether one would write over files of the other, or take them for outdated.

        Args:
            other: The other one.
            split: Whose files of this one are meant; "" where there is one.
            other_split: Whose files of the other.
        """
        mine, others = (
            (step._stem(name), step.extension)
            for step, name in ((self, split), (other, other_split))
        )
        return mine == others

    def _stem(self, split: str) -> str:
        path = resolve(self.output_path)
        if self.output_path.endswith("/") or path.is_dir():
            path = path / _NAME
        return str(path).removesuffix(self.extension) + (f"-{split}" if split else "")
