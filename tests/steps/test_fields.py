"""A field that a model or dataclass does not have is not left out silently."""

from __future__ import annotations

import dataclasses
from typing import Any, Optional

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    computed_field,
    model_validator,
)

from zenml.errors import PipelineInterfaceError, StepArgumentError
from zenml.steps.parameters import to_json

WHERE = "Parameter 'cfg' of step `fit`"


class Model(BaseModel):
    depth: int = 1
    inner: Optional[Model] = None  # noqa: UP045


class Renamed(BaseModel):
    depth: int = Field(1, alias="d")
    width: int = Field(1, validation_alias=AliasChoices("w", AliasPath("sizes", 0)))


class Area(BaseModel):
    side: int = 1

    @computed_field  # type: ignore[prop-decorator]
    @property
    def area(self) -> int:
        return self.side**2


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    depth: int = 1


class Reads(BaseModel):
    depth: int = 1

    @model_validator(mode="before")
    @classmethod
    def read(cls, data: Any) -> Any:
        return {"depth": data["levels"]} if "levels" in data else data


@dataclasses.dataclass
class Size:
    width: int = 1
    scale: dataclasses.InitVar[int] = 1


@pytest.mark.parametrize(
    ("value", "annotation", "message"),
    [
        ({"dept": 3}, Model, "`fit` has no field 'dept'. Did you mean 'depth'? The fields of Model"
         " are depth, inner."),
        ({"heigth": 3}, Size, "`fit` has no field 'heigth'. The fields of Size are width, scale."),
        ({"inner": {"x": 1}}, Model, "`fit`.inner has no field 'x'."),
        ([{"width": 1}, {"widht": 1}], list[Size], "`fit`[1] has no field 'widht'. Did you mean"),
        ({"a": {"widht": 1}}, dict[str, Size], "`fit`['a'] has no field 'widht'."),
        ({"widht": 1}, Optional[Size], "`fit` has no field 'widht'."),  # noqa: UP045
    ],
)  # fmt: skip
def test_an_unknown_field_is_named(value: Any, annotation: Any, message: str) -> None:
    with pytest.raises(StepArgumentError) as refused:
        to_json(value, annotation, WHERE)
    assert message in str(refused.value)
    with pytest.raises(PipelineInterfaceError):
        to_json(value, annotation, WHERE, PipelineInterfaceError)


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ({"depth": 2, "inner": {"depth": 3}}, Model),
        (Model(depth=2), Model),
        ({"d": 2, "w": 3}, Renamed),
        ({"sizes": [4]}, Renamed),
        ({"side": 2, "area": 4}, Area),
        ({"anything": 2}, Open),
        ({"levels": 2}, Reads),
        ({"width": 2, "scale": 3}, Size),
        ({"1": "a"}, dict[int, str]),
        ({"anything": {"at": "all"}}, dict),
    ],
)
def test_what_a_model_reads_is_taken(value: Any, annotation: Any) -> None:
    to_json(value, annotation, WHERE)
