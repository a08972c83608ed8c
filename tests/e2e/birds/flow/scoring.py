"""How far off a model is."""

from flow.numbers import mean
from zenml import step


@step
def score(weight: float, rows: list) -> float:
    return mean([abs(grams - weight) for _, grams in rows])
