"""Numbers out of text."""

from zenml import step

from .numbers import plain


@step
def clean(rows: list, digits: int) -> list:
    return [[name, plain(grams, digits)] for name, grams in rows]
