"""What help(), notebooks and editors show of a class that is made from keywords."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import zenml.backends
import zenml.datasources
from zenml.datasources import PostgresDatasource
from zenml.keywords import KeywordMeta, KeywordObject
from zenml.steps import StepContext, step
from zenml.steps.base import BaseStep, StepMeta
from zenml.steps.function import FunctionStep
from zenml.steps.split import RandomSplit


def test_a_step_shows_its_own_arguments_and_those_of_its_bases() -> None:
    shown = inspect.signature(RandomSplit).parameters
    assert list(shown) == ["split_map", "seed", "statistics", "schema", "backend"]
    assert shown["split_map"].default is inspect.Parameter.empty
    assert shown["seed"].default == 0
    assert {one.kind for one in shown.values()} == {inspect.Parameter.KEYWORD_ONLY}


def test_a_step_of_a_users_own_shows_its_arguments() -> None:
    class Tripled(RandomSplit):
        def __init__(self, times: int = 3, **kwargs: Any) -> None:
            self.times = times
            super().__init__(**kwargs)

    assert list(inspect.signature(Tripled).parameters)[:3] == ["times", "split_map", "seed"]


class Add(BaseStep):
    def entrypoint(self, a: int, context: StepContext, by: int = 1) -> int:
        return a + by


def test_a_free_step_shows_what_its_entrypoint_takes() -> None:
    shown = inspect.signature(Add)
    assert list(shown.parameters) == ["a", "by", "backend"]
    assert shown.parameters["by"].default == 1
    assert "backend" not in inspect.signature(Add()).parameters


def test_a_step_out_of_a_function_shows_the_function() -> None:
    @step
    def add(a: int, by: int = 1) -> int:
        return a + by

    assert str(inspect.signature(FunctionStep)) == "(function, /, **options)"
    assert list(inspect.signature(add).parameters) == ["a", "by"]


@pytest.mark.parametrize("package", [zenml.datasources, zenml.backends])
def test_what_is_shown_is_what_is_taken(package: Any) -> None:
    classes = [getattr(package, name) for name in dir(package)]
    made = [one for one in classes if isinstance(one, type) and issubclass(one, KeywordObject)]
    assert made
    for cls in made:
        kinds = {one.kind for one in inspect.signature(cls).parameters.values()}
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY}, cls


def test_a_datasource_takes_a_name_and_what_its_step_takes() -> None:
    from zenml.steps.data import PostgresDataStep

    source, step = (
        inspect.signature(cls).parameters for cls in (PostgresDatasource, PostgresDataStep)
    )
    assert list(source)[:2] == ["name", "username"]
    assert source.keys() - step.keys() == {"name"}
    assert step.keys() - source.keys() == {"backend"}


@pytest.mark.parametrize("meta", [KeywordMeta, StepMeta])
def test_what_makes_the_classes_has_a_signature_too(meta: type) -> None:
    assert isinstance(inspect.signature(meta), inspect.Signature)
