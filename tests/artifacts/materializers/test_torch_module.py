"""Modules and tensors of PyTorch; skipped where it is not installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zenml.errors import ArtifactStoreError
from zenml.torch_weights import load_weights

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch


class Net(torch.nn.Module):  # type: ignore[name-defined, misc]
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.first = torch.nn.Linear(4, hidden)
        self.norm = torch.nn.BatchNorm1d(hidden)
        self.second = torch.nn.Linear(hidden, 4)
        self.second.weight.requires_grad_(False)
        self.tied = self.first.weight
        self.register_buffer("scratch", torch.ones(3), persistent=False)

    def forward(self, x: Any) -> Any:
        return self.second(torch.relu(self.norm(self.first(x))))


@pytest.fixture
def net() -> Net:
    net = Net(8)
    net(torch.randn(5, 4))
    net.eval()
    return net


def test_a_module_computes_the_same(save: Callable[..., Any], net: Net, pickled: Any) -> None:
    saved = save(net)
    loaded = saved.load()
    x = torch.randn(3, 4)
    assert torch.equal(loaded(x), net(x))
    assert loaded.tied is loaded.first.weight
    assert not loaded.second.weight.requires_grad
    assert loaded.first.weight.requires_grad
    assert not loaded.training
    assert torch.equal(loaded.scratch, net.scratch)
    assert pickled() == []
    assert saved.record.metadata["parameters"] == sum(p.numel() for p in net.parameters())


def test_its_files_are_a_state_dict_and_source(save: Callable[..., Any], net: Net) -> None:
    saved = save(net)
    assert saved.files == ["module.pkl", "source.py", "state_dict.pt"]
    assert "class Net(torch.nn.Module)" in (saved.uri / "source.py").read_text()
    other = Net(8)
    other.load_state_dict(load_weights(str(saved.uri / "state_dict.pt")))
    assert torch.equal(other.first.weight, net.first.weight)
    assert (saved.uri / "module.pkl").stat().st_size < 5000


def test_an_edited_module_is_not_loaded(save: Callable[..., Any], net: Net) -> None:
    saved = save(net)
    (saved.uri / "source.py").write_text("")
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded"):
        saved.load()


def test_a_part_of_a_tensor_is_saved_without_the_rest(save: Callable[..., Any]) -> None:
    saved = save(torch.zeros(1000, 1000)[3])
    assert (saved.uri / "tensor.pt").stat().st_size < 10_000
    assert saved.load().shape == (1000,)


def test_a_compiled_module_stays_one(save: Callable[..., Any]) -> None:
    module = torch.jit.script(torch.nn.Linear(4, 2))
    x = torch.randn(3, 4)
    assert torch.equal(save(module).load()(x), module(x))


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6).reshape(2, 3),
        torch.tensor(3.5),
        torch.randn(3).bfloat16(),
        torch.nn.Parameter(torch.randn(3)),
        torch.eye(3).to_sparse(),
        torch.tensor([True]),
    ],
    ids=["integers", "no dimension", "bfloat16", "parameter", "sparse", "truth"],
)
def test_a_tensor_comes_back_as_it_was(save: Callable[..., Any], tensor: Any, pickled: Any) -> None:
    saved = save({"batch": [tensor]})
    loaded = saved.load()["batch"][0]
    assert (type(loaded), loaded.dtype, loaded.layout) == (
        type(tensor),
        tensor.dtype,
        tensor.layout,
    )
    assert torch.equal(loaded.to_dense(), tensor.to_dense())
    assert pickled() == []
