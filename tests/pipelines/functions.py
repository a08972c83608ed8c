"""Steps of functions, for tests of the graph that calling them makes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel

from zenml import step
from zenml.materializers import BaseMaterializer


class Sizes(BaseModel):
    width: int = 1


class Special:
    pass


class Mine(BaseMaterializer):
    ASSOCIATED_TYPES = (Special,)

    def load(self, data_type: Any) -> Any: ...

    def save(self, value: Any) -> None: ...


@step
def load(name: str = "iris") -> dict:
    return {"name": name}


@step
def parts() -> tuple[Annotated[int, "first"], int]:
    return 1, 2


@step
def train(data: dict, epochs: int = 1, sizes: Sizes = Sizes()) -> float:  # noqa: B008
    return 1.0 * epochs


@step
def show(*, data: dict) -> None:
    print(data)


@step
def gather(models: list) -> int:
    return len(models)
