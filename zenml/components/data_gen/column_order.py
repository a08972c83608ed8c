"""The order in which a source has its columns.

The rows do not tell it: columns that are read from them are sorted by name. So it goes with the
examples, through splits and tokenizers, to where people see the columns again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from zenml.metadata.artifacts import COLUMN_ORDER


def record(examples: Any, names: Iterable[str]) -> None:
    """Writes the names of the columns, in their order, onto the artifact of examples."""
    examples.set_string_custom_property(COLUMN_ORDER, json.dumps(list(names)))


def hand_on(examples: Any, made: Any) -> None:
    """Writes what one artifact of examples says onto another that is made of it."""
    text = examples.get_string_custom_property(COLUMN_ORDER)
    if text:
        made.set_string_custom_property(COLUMN_ORDER, text)


def in_order(schema: Any, examples: Any) -> Any:
    """A schema with its columns as the source has them; those that it does not have come last.

    Args:
        schema: `tensorflow_metadata` Schema; it is not changed.
        examples: The artifact of the rows.
    """
    names = json.loads(examples.get_string_custom_property(COLUMN_ORDER) or "[]")
    places = {name: place for place, name in enumerate(names)}
    made = type(schema)()
    made.CopyFrom(schema)
    del made.feature[:]
    made.feature.extend(
        sorted(schema.feature, key=lambda feature: places.get(feature.name, len(places)))
    )
    return made
