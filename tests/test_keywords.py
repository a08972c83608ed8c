"""Steps, datasources and backends are made from keywords, and come back from them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from abc import abstractmethod
from typing import Any

import numpy as np
import pytest

from tests.keyword_steps import Bare, Deep, Network, again
from zenml.backends import (
    OrchestratorLocalBackend,
    ProcessingLocalBackend,
    TrainingLocalBackend,
)
from zenml.datasources import CSVDatasource, ImageDatasource, PandasDatasource
from zenml.errors import BackendError, StepArgumentError, ZenMLError
from zenml.keywords import KeywordObject, arguments_for
from zenml.steps.base import BaseStep
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.trainer import TFFeedForwardTrainer, XGBoostTrainer


class Same(Network):
    """Decides an argument of its base to be what it is by default."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(loss="mse", **kwargs)


class OldStyle(Network):
    """Names what it hands on, as the documentation of old had it."""

    def __init__(self, width: int = 3, rate: float = 0.1, **kwargs: Any) -> None:
        self.rate = rate
        super().__init__(width=width, rate=rate, **kwargs)


class Closed(Network):
    """Takes no more than it names."""

    def __init__(self, width: int) -> None:
        super().__init__(width=width)


class Forgetful(BaseStep):
    """Does not call its base."""

    def __init__(self, times: int = 2, **kwargs: Any) -> None:
        self.times = times


class Unset(Network):
    """Does not call a base that needs something."""

    def __init__(self, **kwargs: Any) -> None:
        pass


class Verbose:
    """A mixin that knows nothing of steps."""

    def __init__(self, verbose: bool = False, **kwargs: Any) -> None:
        self.verbose = verbose
        super().__init__(**kwargs)


class Mixed(Verbose, Network):
    """Two bases, both with arguments."""


class Silent(Network, Verbose):
    """The other order."""


@dataclasses.dataclass
class Data(BaseStep):
    """A dataclass."""

    size: int
    names: list[str] = dataclasses.field(default_factory=list)


class Abstract(BaseStep):
    """To be subclassed."""

    @abstractmethod
    def run_fn(self) -> None: ...


class Spoiler(BaseStep):
    """Changes what it is given."""

    def __init__(self, ratios: dict[str, float], **kwargs: Any) -> None:
        self.test = ratios.pop("test", 0.0)
        super().__init__(**kwargs)


def test_a_positional_argument_is_refused_with_what_to_write() -> None:
    with pytest.raises(StepArgumentError) as caught:
        Network(3)
    assert "Network takes keyword arguments only, and was given 3" in str(caught.value)
    assert "Write Network(width=..., layers=..., loss=...)." in str(caught.value)
    with pytest.raises(StepArgumentError, match=r"Write Bare\(\)\."):
        Bare("x")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("widht", "Network does not take the argument 'widht'. Did you mean 'width'?"),
        ("layer", "Did you mean 'layers'? It takes layers, loss, width."),
        ("zzz", "Network does not take the argument 'zzz'. It takes layers, loss, width."),
    ],
)
def test_an_unknown_argument_is_named_with_what_is_near(name: str, says: str) -> None:
    with pytest.raises(StepArgumentError) as caught:
        Network(**{"width": 1, name: 2})
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("cls", "given", "meant"),
    [
        (TFFeedForwardTrainer, "learning_rate", "lr"),
        (TFFeedForwardTrainer, "random_state", "seed"),
        (XGBoostTrainer, "n_estimators", "rounds"),
        (CSVDatasource, "file", "path"),
        (ImageDatasource, "folder", "base_path"),
        (PandasDatasource, "data", "df"),
        (StandardPreprocesser, "target", "labels"),
        (Network, "file", ""),
    ],
)
def test_a_name_that_other_libraries_have_is_understood(cls: Any, given: str, meant: str) -> None:
    with pytest.raises(ZenMLError, match=f"does not take the argument {given!r}") as caught:
        cls(**{given: 1})
    assert (f"Did you mean {meant!r}?" in str(caught.value)) is bool(meant)


def test_a_step_without_arguments_says_so() -> None:
    with pytest.raises(StepArgumentError, match="It takes no arguments"):
        Bare(x=1)


def test_a_missing_argument_is_named() -> None:
    for make in (Network, Mixed, Unset, Data):
        with pytest.raises(StepArgumentError, match=f"{make.__name__} needs the argument '"):
            make()


def test_every_argument_is_recorded_defaults_included() -> None:
    assert Network(width=3).arguments == {"width": 3, "layers": [10], "loss": "mse"}
    assert Network(width=3, loss="mae").to_config("v").args["loss"] == "mae"


def test_the_backend_is_no_argument() -> None:
    backend = TrainingLocalBackend()
    step = Network(width=1, backend=backend)
    assert step.backend is backend
    assert "backend" not in step.arguments
    config = step.to_config("v")
    assert config.backend is not None
    assert (config.backend.type, "backend" in config.args) == ("local", False)
    assert Bare().with_backend(backend).backend is backend


def test_what_a_subclass_decides_itself_is_no_argument_of_it() -> None:
    step = Deep(depth=3)
    assert step.layers == [8, 8, 8]
    assert step.arguments == {"depth": 3, "loss": "mse"}
    other = again(step)
    assert isinstance(other, Deep)
    assert (other.layers, other.width, other.loss) == ([8, 8, 8], 1, "mse")
    assert again(Same(width=2)).arguments == {"width": 2, "layers": [10]}


def test_an_argument_that_a_subclass_decides_cannot_be_given() -> None:
    with pytest.raises(StepArgumentError, match="Deep does not take the argument 'width': it sets"):
        Deep(width=2)


def test_arguments_handed_on_by_name_are_the_subclass_s_own() -> None:
    step = OldStyle(rate=0.5)
    assert step.arguments == {"width": 3, "rate": 0.5, "layers": [10], "loss": "mse"}
    assert again(step).arguments == step.arguments


def test_a_subclass_without_kwargs_takes_what_it_names() -> None:
    step = Closed(width=2)
    assert step.arguments == {"width": 2}
    assert (step.layers, step.backend) == ([10], None)
    assert isinstance(again(step), Closed)
    with pytest.raises(StepArgumentError, match="does not take the argument 'loss'"):
        Closed(width=2, loss="mae")


def test_a_subclass_that_forgets_its_base_still_has_a_config() -> None:
    step = Forgetful()
    assert step.backend is None
    assert step.to_config("v").args == {"times": 2}


@pytest.mark.parametrize("cls", [Mixed, Silent])
def test_multiple_inheritance_takes_the_arguments_of_both(cls: type[Any]) -> None:
    step = cls(width=4, verbose=True)
    assert step.arguments == {"verbose": True, "width": 4, "layers": [10], "loss": "mse"}
    assert (step.verbose, step.width, step.backend) == (True, 4, None)
    assert again(step).arguments == step.arguments
    with pytest.raises(StepArgumentError, match="Did you mean 'verbose'"):
        cls(width=4, verbos=True)


def test_a_dataclass_is_a_step() -> None:
    step = Data(size=3)
    assert step.arguments["size"] == 3
    assert again(Data(size=3, names=["a"])).arguments == {"size": 3, "names": ["a"]}


def test_what_a_constructor_does_to_its_arguments_is_not_recorded() -> None:
    ratios = {"train": 0.9, "test": 0.1}
    step = Spoiler(ratios=ratios)
    assert step.test == 0.1
    assert ratios == step.arguments["ratios"] == {"train": 0.9, "test": 0.1}
    assert again(step).test == 0.1  # type: ignore[attr-defined]


def test_an_interface_cannot_be_made() -> None:
    with pytest.raises(StepArgumentError, match=r"Abstract cannot be made as it is: .* run_fn"):
        Abstract()


@pytest.mark.parametrize("name", ["check", "to_config", "arguments", "with_backend"])
def test_an_argument_cannot_hide_a_method(name: str) -> None:
    namespace: dict[str, Any] = {}
    exec(f"def __init__(self, {name}=1, **kwargs): pass", namespace)
    cls = type(BaseStep)("Hiding", (BaseStep,), {"__init__": namespace["__init__"]})
    with pytest.raises(StepArgumentError, match=f"Hiding cannot have an argument called '{name}'"):
        cls()


def test_a_step_can_be_copied_and_pickled() -> None:
    step = Network(width=1, layers=[2])
    for other in (copy.copy(step), copy.deepcopy(step), pickle.loads(pickle.dumps(step))):
        assert other.arguments == step.arguments
        assert other.to_config("v") == step.to_config("v")


def test_a_step_shows_the_call_that_makes_it() -> None:
    assert repr(Network(width=1, loss="a")) == "Network(width=1, layers=[10], loss='a')"
    assert repr(Bare()) == "Bare()"


def test_an_error_in_a_constructor_is_shown_as_it_is() -> None:
    class Broken(BaseStep):
        def __init__(self, x: int = 0, **kwargs: Any) -> None:
            self.helper = Helper()  # type: ignore[call-arg]

    class Helper:
        def __init__(self, needed: int) -> None: ...

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'needed'"):
        Broken()


def test_the_error_of_a_check_names_everything() -> None:
    error = Network(width=1).fail("width", -1, "at least 1")
    assert isinstance(error, StepArgumentError)
    assert str(error) == "Network: width is -1; it must be at least 1."
    error = Network(width=1).fail("width", np.float32(2), "a number")
    assert str(error).endswith("(a numpy.float32); it must be a number.")


@pytest.mark.parametrize(
    "cls", [OrchestratorLocalBackend, ProcessingLocalBackend, TrainingLocalBackend]
)
def test_backends_keep_the_same_rules(cls: type[KeywordObject]) -> None:
    with pytest.raises(BackendError, match=f"{cls.__name__} does not take the argument 'machine'"):
        cls(machine="big")
    with pytest.raises(BackendError, match="takes keyword arguments only"):
        cls("big")


def test_an_argument_under_another_name_is_no_default():
    class Source(KeywordObject):
        def __init__(self, width: int, los: str) -> None:
            self.width, self.los = width, los

    with pytest.raises(AttributeError, match="layers"):
        arguments_for(Network, Source(width=3, los="mae"))
