"""Options of steps: checked when they are given, merged, and told to the YAML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.errors import StepArgumentError
from zenml.steps import StepRetryConfig, step
from zenml.steps.options import StepOptions


def alert(exception: BaseException) -> None:
    """A hook."""


@step
def train(x: int, epochs: int = 1) -> int:
    return x * epochs


def test_a_copy_leaves_the_step_alone_and_configure_does_not() -> None:
    other = train.with_options(name="quick", enable_cache=False, parameters={"epochs": "3"})
    assert (other.title, other.options.enable_cache, other.parameters) == (
        "quick", False, {"epochs": 3},
    )  # fmt: skip
    assert (train.title, train.options.enable_cache, train.parameters) == ("train", None, {})
    mine = step(lambda x: x)
    assert mine.configure(extra={"a": 1}) is mine
    assert mine.configure(extra={"b": 2}).options.extra == {"a": 1, "b": 2}


def test_decorated_with_options() -> None:
    @step(name="slow", retry={"max_retries": 2}, on_failure=alert, settings={"cpu": 2})
    def mine() -> None:
        pass

    assert mine.options.to_settings("Step `slow`") == {
        "retry": {"max_retries": 2, "delay": 0, "backoff": 1},
        "on_failure": f"{__name__}.alert",
        "settings": {"cpu": 2},
    }


def test_brackets_without_options_will_do() -> None:
    @step()
    def mine() -> int:
        return 1

    assert mine.title == "mine"


def test_that_nothing_is_set_is_not_told() -> None:
    assert StepOptions().to_settings("Step `x`") == {}
    assert StepOptions(enable_cache=False).to_settings("Step `x`") == {"enable_cache": False}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"enable_cash": False}, "has no option 'enable_cash'. Did you mean 'enable_cache'"),
        ({"enable_cache": "no"}, "enable_cache is 'no'; it must be True or False"),
        ({"name": ""}, "name is ''; it must be a string"),
        ({"name": 3}, "name is 3; it must be a string"),
        ({"retry": "twice"}, "retry is 'twice'; it must be a StepRetryConfig"),
        ({"retry": {"max_retry": 2}}, "retry is {'max_retry': 2}; .* max_retries, delay, backoff"),
        ({"retry": {"max_retries": -1}}, "max_retries is -1; it must be a whole number"),
        ({"retry": {"delay": "1s"}}, "delay is '1s'; it must be a number"),
        ({"on_failure": lambda exc: None}, "on_failure is <function .*top level of a module"),
        ({"on_success": 3}, "on_success is 3; it must be a function"),
        ({"on_success": "alert"}, "on_success is 'alert'; .* or its path, as in 'alerts.send'"),
        ({"settings": ["a"]}, r"settings is \['a'\]; it must be a mapping"),
        ({"parameters": {"epoch": 1}}, "no parameter 'epoch'. Did you mean 'epochs'"),
        ({"parameters": {"epochs": "many"}}, "Parameter 'epochs' of step `train` is 'many'"),
    ],
)
def test_a_wrong_option_is_told_where_it_is_given(options: dict[str, Any], message: str) -> None:
    with pytest.raises(StepArgumentError, match=message):
        train.with_options(**options)
    with pytest.raises(StepArgumentError, match=message):
        step(**options)(train.function)


def test_extra_that_no_yaml_holds_is_told() -> None:
    with pytest.raises(StepArgumentError, match=r"Step `x`: extra\['a'\] is a builtins.object"):
        StepOptions(extra={"a": object()}).to_settings("Step `x`")


@given(st.integers(0, 9), st.floats(0, 9), st.floats(0, 9))
def test_a_retry_is_the_same_as_its_mapping(times: int, delay: float, backoff: float) -> None:
    config = StepRetryConfig(times, delay, backoff)
    assert StepRetryConfig.of(config.to_dict(), "Step `x`") == config
    assert StepRetryConfig.of(times, "Step `x`").max_retries == times
