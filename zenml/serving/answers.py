"""The body of an answer, in the shapes of TensorFlow Serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml.errors import RequestError
from zenml.serving.outputs import dumps, to_json
from zenml.serving.requests import ROWS, Question
from zenml.serving.rows import Rows
from zenml.serving.signature import CLASSIFY, REGRESS
from zenml.serving.tensors import Arrays


def answer(
    question: Question,
    outputs: Arrays,
    method: str,
    classes: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """What a signature gave, as JSON.

    Args:
        question: What was asked.
        outputs: Output -> array.
        method: "predict", "classify" or "regress".
        classes: Output -> names of its classes, told to those who asked with plain rows; the
            forms of TensorFlow Serving know no such thing.

    Raises:
        RequestError: The outputs do not have the shape that the form of the question needs.
    """
    if method == "classify":
        return dumps({"results": _classes(outputs)})
    if method == "regress":
        return dumps({"results": _values(outputs)})
    asked = {name: names for name, names in (classes or {}).items() if name in outputs}
    named = {"classes": asked} if asked and isinstance(question.feeds, Rows) else {}
    values = {name: to_json(array, name) for name, array in sorted(outputs.items())}
    if question.form != ROWS:
        return dumps({"outputs": _alone(values), **named})
    for name, array in outputs.items():
        if not array.shape or array.shape[0] != question.rows:
            raise RequestError(
                f"The output {name!r} has the shape {list(array.shape)}, not one value for each of "
                f"the {question.rows} rows; ask with 'inputs' instead of 'instances'."
            )
    if len(values) == 1:
        return dumps({"predictions": _alone(values), **named})
    rows = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    return dumps({"predictions": rows, **named})


def _alone(values: Mapping[str, Any]) -> Any:
    """One output goes without its name."""
    return next(iter(values.values())) if len(values) == 1 else values


def _classes(outputs: Arrays) -> list[Any]:
    """A list of [label, score] for each row; what the model does not give is "" or 0."""
    labels, scores = outputs.get("classes"), outputs.get("scores")
    if labels is None and scores is None:
        raise RequestError(f"A signature of {CLASSIFY} gives 'classes' or 'scores'.", 501)
    told = [] if labels is None else to_json(labels, "classes")
    given = [] if scores is None else to_json(scores, "scores")
    told = told or [[""] * len(row) for row in given]
    given = given or [[0.0] * len(row) for row in told]
    return [
        [list(pair) for pair in zip(row, weights, strict=True)]
        for row, weights in zip(told, given, strict=True)
    ]


def _values(outputs: Arrays) -> list[Any]:
    """A number for each row."""
    if "outputs" not in outputs:
        raise RequestError(f"A signature of {REGRESS} gives 'outputs'.", 501)
    found: list[Any] = to_json(outputs["outputs"].reshape(-1), "outputs")
    return found
