"""Signature: one way to call a model, with what it takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zenml.models.parsed_columns import RawColumn
from zenml.serving.tensors import Arrays, TensorInfo

if TYPE_CHECKING:
    from zenml.serving.rows import Rows

PREDICT = "tensorflow/serving/predict"
CLASSIFY = "tensorflow/serving/classify"
REGRESS = "tensorflow/serving/regress"


@dataclass(frozen=True)
class Signature:
    """One way to call a model.

    Attributes:
        name: Its name, e.g. "serving_default".
        inputs: Name -> what it takes.
        outputs: Name -> what it gives.
        function: Called with an array for each input; gives one for each output.
        method: What TensorFlow Serving calls its kind.
        columns: Raw columns that it parses out of serialised rows; empty where its
            input is something else, or what it reads is not known.
        ignored: Raw columns that rows may have besides.
        words: Columns of text -> a word that the model knows, for the request to try.

    Example:
        >>> Signature("add", {}, {}, dict).takes_rows
        False
    """

    name: str
    inputs: Mapping[str, TensorInfo]
    outputs: Mapping[str, TensorInfo]
    function: Callable[..., Arrays] = field(repr=False)
    method: str = PREDICT
    columns: Mapping[str, RawColumn] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_rows(self) -> bool:
        """Whether rows by the names of their columns can be given to it."""
        return bool(self.columns)

    @property
    def examples_input(self) -> str:
        """The input that takes serialised rows."""
        return next(iter(self.inputs))

    def blank_row(self) -> dict[str, Any]:
        """A row with a value in each column: zeros and empty text."""
        return {name: column.blank() for name, column in sorted(self.columns.items())}

    def blank_feeds(self) -> dict[str, Any]:
        """Something to call it with: one row of zeros and empty text."""
        from zenml.serving.examples import serialised
        from zenml.serving.rows import rows_of
        from zenml.serving.tensors import blank

        if self.takes_rows:
            row = rows_of([self.blank_row()], self.columns, (), "row")
            return {self.examples_input: serialised([row], self.columns)}
        return {name: blank(info) for name, info in self.inputs.items()}

    def example_body(self) -> str:
        """The JSON of a request that it answers: zeros, and text that it knows, or empty text."""
        from zenml.serving.outputs import dumps, to_json

        if self.takes_rows:
            return dumps({"instances": [{**self.blank_row(), **self.words}]}).decode()
        feeds = {name: to_json(array, name) for name, array in self.blank_feeds().items()}
        return dumps({"inputs": feeds}).decode()

    def call_with_rows(self, parts: Sequence[Rows | list[bytes]]) -> Arrays:
        """Calls it with the rows of one or more requests, serialised already or not."""
        from zenml.serving.examples import serialised
        from zenml.serving.rows import Rows

        checked = [part for part in parts if isinstance(part, Rows)]
        if len(checked) == len(parts):
            return self.function({self.examples_input: serialised(checked, self.columns)})
        examples: list[bytes] = []
        for part in parts:
            examples += serialised([part], self.columns) if isinstance(part, Rows) else part
        return self.function({self.examples_input: examples})

    def to_json(self) -> dict[str, Any]:
        """As TensorFlow Serving tells it: a `SignatureDef` in JSON."""
        return {
            "inputs": {name: info.to_json() for name, info in self.inputs.items()},
            "outputs": {name: info.to_json() for name, info in self.outputs.items()},
            "method_name": self.method,
            "defaults": {},
        }
