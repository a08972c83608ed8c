"""The examples in docstrings run, and every public class has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import zenml

# These import TensorFlow, TFX or Beam when they are imported.
HEAVY = ("zenml.components.", "zenml.compiler.")
LIGHT = ("zenml.compiler.registry",)
TORCH = ("zenml.models.torch_network",)  # a class of PyTorch's, which no lock holds


def modules() -> list[object]:
    """Those with an example."""
    root = Path(zenml.__file__).parent
    files = [file for file in root.rglob("*.py") if ">>> " in file.read_text(encoding="utf-8")]
    names = [".".join(file.relative_to(root.parent).with_suffix("").parts) for file in files]
    found = sorted(name.removesuffix(".__init__") for name in names)
    heavy = {name for name in found if name.startswith(HEAVY) and name not in LIGHT}
    tf = [pytest.mark.tf]
    return [pytest.param(name, id=name, marks=tf if name in heavy else []) for name in found]


@pytest.mark.usefixtures("git_repo")
@pytest.mark.parametrize("name", modules())
def test_examples_run(name: str) -> None:
    if name in TORCH:
        pytest.importorskip("torch")
    module = importlib.import_module(name)
    outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0


def packages() -> list[str]:
    found = ["zenml"]
    for module in pkgutil.walk_packages(zenml.__path__, "zenml."):
        if module.ispkg and not module.name.startswith(HEAVY):
            found.append(module.name)
    return found


@pytest.mark.parametrize("name", packages())
def test_classes_that_a_package_offers_have_an_example(name: str) -> None:
    package = importlib.import_module(name)
    for label in getattr(package, "__all__", ()):
        value = getattr(package, label)
        if inspect.isclass(value):
            assert ">>> " in (inspect.getdoc(value) or ""), f"{name}.{label} has no example"
