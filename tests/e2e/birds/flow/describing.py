"""What the rows are like."""

from zenml import step

from . import numbers


@step
def describe(rows: list) -> dict:
    return {"rows": len(rows), "mean": numbers.mean([grams for _, grams in rows])}
