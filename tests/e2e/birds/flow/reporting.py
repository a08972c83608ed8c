"""What people read."""

from flow.words import sentence
from zenml import step


@step
def report(described: dict, error: float, names: dict) -> str:
    return sentence(**described, error=error, named=len(names))
