"""What the birds weighed, and what they are called."""

from zenml import step


@step
def birds(text: str) -> list:
    return [line.split(",") for line in text.splitlines()[1:]]


@step
def names() -> dict:
    return {"wren": "Troglodytes troglodytes", "robin": "Erithacus rubecula"}
