"""The body of a request: what is asked of which signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zenml.errors import RequestError
from zenml.hints import did_you_mean
from zenml.serving.loading import LoadedModel
from zenml.serving.rows import Rows, rows_of, rows_of_columns
from zenml.serving.signature import CLASSIFY, PREDICT, REGRESS, Signature
from zenml.serving.tensors import to_array
from zenml.serving.values import as_json, is_b64

METHODS = {"predict": PREDICT, "classify": CLASSIFY, "regress": REGRESS}
ROWS, COLUMNS = "instances", "inputs"
EXAMPLES, CONTEXT = "examples", "context"
_DEFAULT = "serving_default"


@dataclass(frozen=True)
class Question:
    """What is asked of a signature.

    Attributes:
        signature: Which.
        feeds: Rows, where the signature takes these; else input -> array.
        rows: How many are asked for; None where the request does not count in rows.
        form: "instances" or "inputs", after which the answer has its shape; "examples" of
            classify and regress.

    Example:
        >>> Question(Signature("add", {}, {}, dict), {}, 3, "instances").rows
        3
    """

    signature: Signature
    feeds: Rows | list[bytes] | Mapping[str, Any]
    rows: int | None
    form: str


def read_body(text: bytes) -> dict[str, Any]:
    """The JSON object that a body is.

    Raises:
        RequestError: It is none; says where it breaks off.
    """
    try:
        body = json.loads(text)
    except RecursionError:
        raise RequestError("The body is nested too deeply.") from None
    except ValueError as exc:  # also bytes that are no UTF-8
        raise RequestError(f"The body is no JSON: {exc}.") from exc
    if not isinstance(body, dict):
        raise RequestError(f"The body is {as_json(body)}; it has to be a JSON object.")
    return body


def read_question(body: Mapping[str, Any], model: LoadedModel, method: str) -> Question:
    """What a body asks of a model.

    Args:
        body: The JSON object.
        model: The version that is asked.
        method: "predict", "classify" or "regress".

    Raises:
        RequestError: There is no such signature, or what it is given does not fit.
    """
    signature = _signature(body, model, method)
    if method != "predict":
        return _examples(body, signature)
    if ROWS in body and COLUMNS in body:
        raise RequestError(f"A request has {ROWS!r} or {COLUMNS!r}, not both.")
    if ROWS in body:
        return _instances(body[ROWS], signature)
    if COLUMNS in body:
        return _inputs(body[COLUMNS], signature)
    has = ", ".join(map(repr, body)) or "nothing"
    raise RequestError(
        f"The body has neither {ROWS!r}, a list of rows, nor {COLUMNS!r}; it has {has}."
    )


def _signature(body: Mapping[str, Any], model: LoadedModel, method: str) -> Signature:
    name = body.get("signature_name", "")
    if not isinstance(name, str):
        raise RequestError(f"'signature_name' is {as_json(name)}; it takes text.")
    name = name or _DEFAULT
    found = model.signatures.get(name)
    if found is None:
        there = ", ".join(sorted(model.signatures))
        near = did_you_mean(name, model.signatures)
        raise RequestError(f"The model has no signature {name!r}.{near} It has: {there}.")
    if method != "predict" and found.method != METHODS[method]:
        raise RequestError(
            f"The signature {name!r} is called by :predict; its method is {found.method}, and "
            f":{method} takes one whose method is {METHODS[method]}."
        )
    return found


def _instances(given: Any, signature: Signature) -> Question:
    """The row format: a list with one item for each row."""
    if not isinstance(given, list):
        raise RequestError(f"{ROWS!r} is {as_json(given)}; it takes a list of rows.")
    if not given:
        raise RequestError(f"{ROWS!r} is an empty list; give at least one row.")
    first = given[0]
    if not _is_row(first):
        if signature.takes_rows and not isinstance(first, (str, dict)):
            columns = ", ".join(sorted(signature.columns))
            raise RequestError(
                f"{ROWS}[0] is {as_json(first)}; a row is an object of values by column: {columns}."
            )
        feeds = {_only_input(signature, ROWS): given}
    elif signature.takes_rows and not _names_inputs(first, signature):
        rows = rows_of(given, signature.columns, signature.ignored, ROWS)
        return Question(signature, rows, len(given), ROWS)
    else:
        feeds = _items_by_input(given, signature)
    return Question(signature, _arrays(feeds, signature, ROWS), len(given), ROWS)


def _inputs(given: Any, signature: Signature) -> Question:
    """The column format: everything of one input, or column, together."""
    if signature.takes_rows and isinstance(given, list) and given and _is_row(given[0]):
        raise RequestError(
            f"{COLUMNS!r} is a list of rows: {ROWS!r} takes these, and {COLUMNS!r} an object with "
            "a list of values for each column."
        )
    if not _is_row(given):
        feeds = {_only_input(signature, COLUMNS): given}
    elif signature.takes_rows and not _names_inputs(given, signature):
        rows = rows_of_columns(given, signature.columns, signature.ignored, COLUMNS)
        return Question(signature, rows, rows.count, COLUMNS)
    else:
        missing = [name for name in signature.inputs if name not in given]
        if missing:
            raise RequestError(f"{COLUMNS!r} lacks the input {missing[0]!r} of the signature.")
        feeds = {name: given[name] for name in signature.inputs}
    return Question(signature, _arrays(feeds, signature, COLUMNS), None, COLUMNS)


def _examples(body: Mapping[str, Any], signature: Signature) -> Question:
    """The form of classify and regress: rows by the names of features, and a common context."""
    given, context = body.get(EXAMPLES), body.get(CONTEXT, {})
    if not isinstance(given, list) or not given:
        raise RequestError(f"The body takes {EXAMPLES!r}, a list of at least one object.")
    if not isinstance(context, dict):
        raise RequestError(f"{CONTEXT!r} is {as_json(context)}; it takes an object.")
    if not signature.takes_rows:
        raise RequestError(
            f"The signature {signature.name!r} does not tell which columns it reads, so rows "
            "cannot be made for it; ask :predict with serialised rows.",
            501,
        )
    rows = [{**context, **row} if isinstance(row, dict) else row for row in given]
    checked = rows_of(rows, signature.columns, signature.ignored, EXAMPLES)
    return Question(signature, checked, len(rows), EXAMPLES)


def _is_row(value: Any) -> bool:
    """Whether it is an object of values by name, not one that stands for bytes."""
    return isinstance(value, dict) and not is_b64(value)


def _names_inputs(given: Mapping[str, Any], signature: Signature) -> bool:
    """Whether the keys are the inputs of the signature, not columns of its rows."""
    return given.keys() == signature.inputs.keys() and not given.keys() <= signature.columns.keys()


def _only_input(signature: Signature, key: str) -> str:
    if len(signature.inputs) == 1:
        return next(iter(signature.inputs))
    raise RequestError(
        f"The signature {signature.name!r} has the inputs {', '.join(sorted(signature.inputs))}: "
        f"{key!r} takes objects of values by these names."
    )


def _items_by_input(given: list[Any], signature: Signature) -> dict[str, list[Any]]:
    wanted = signature.inputs.keys()
    for number, item in enumerate(given):
        if not isinstance(item, dict) or item.keys() != wanted:
            raise RequestError(
                f"{ROWS}[{number}] is {as_json(item)}; it takes an object with a value for each of "
                f"{', '.join(sorted(wanted))}."
            )
    return {name: [item[name] for item in given] for name in wanted}


def _arrays(feeds: Mapping[str, Any], signature: Signature, key: str) -> Any:
    """Each input as an array; rows that are serialised already as a list."""
    found = {
        name: to_array(value, signature.inputs[name], f"{key}: the input {name!r}")
        for name, value in feeds.items()
    }
    if signature.takes_rows:
        rows: list[bytes] = list(found[signature.examples_input])
        return rows
    return found
