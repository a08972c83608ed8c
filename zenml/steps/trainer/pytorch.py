"""PyTorchBaseTrainer: training with PyTorch, all but the model given."""

from __future__ import annotations

import io
import os
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from zenml.errors import StepArgumentError, StepInterfaceError
from zenml.extras import need_extra
from zenml.files import write_bytes
from zenml.models.arrays import Arrays
from zenml.models.matrix import check_numbers
from zenml.models.torch_loading import load_torch, without_triton
from zenml.steps.trainer.array import ArrayTrainer


class PyTorchBaseTrainer(ArrayTrainer):
    """Trains a module of PyTorch; subclass it and define `model_fn`.

    `run_fn` reads the training and evaluation splits with `input_fn`, hands both to
    `model_fn`, predicts the test splits with `test_fn`, and saves the module as TorchScript,
    so that it is loaded without the code that made it. It is called with a dict of tensors
    by feature, `[batch, 1]` each or wider; what it puts out is a tensor `[batch, values]`, or
    a dict of them by `<label>_o`.

    Attributes:
        seed: Of the weights, dropout and shuffling; set before `model_fn` is called.
        batch_size: Rows of a batch.

    Example:
        >>> class MyTrainer(PyTorchBaseTrainer):
        ...     batch_size = 512
        ...
        ...     def model_fn(self, train, eval):
        ...         import torch
        ...
        ...         class Line(torch.nn.Module):
        ...             def __init__(self, width):
        ...                 super().__init__()
        ...                 self.linear = torch.nn.Linear(width, 1)
        ...
        ...             def forward(self, features):
        ...                 return self.linear(torch.cat(list(features.values()), 1))
        ...
        ...         module = Line(len(self.features))
        ...         optimizer = torch.optim.Adam(module.parameters())
        ...         for features, labels in train:
        ...             optimizer.zero_grad()
        ...             ((module(features) - labels) ** 2).mean().backward()
        ...             optimizer.step()
        ...         return module
        >>> MyTrainer().to_config().packages
        ('tensorflow-transform', 'numpy', 'torch')
    """

    PACKAGES: ClassVar[tuple[str, ...]] = (*ArrayTrainer.PACKAGES, "torch")
    batch_size: int = 32

    @abstractmethod
    def model_fn(self, train: Any, eval: Any) -> Any:
        """Builds and trains the model.

        Args:
            train: Batches of (features, labels) of the training splits; each time it is
                iterated is an epoch, shuffled anew. Features are a dict of tensors by name;
                labels a tensor, or with several labels a dict by `<label>_o`.
            eval: The same of the evaluation splits, in order; None where there are none.

        Returns:
            The trained `torch.nn.Module`. What it does to `self.history` becomes the curves.
        """

    def check(self) -> None:
        """Checks the arguments, and that PyTorch is there.

        Raises:
            StepArgumentError: It is not; names the extra.
        """
        super().check()
        need_extra("torch", "torch", type(self).__name__, StepArgumentError)

    def run_fn(self) -> None:
        """Trains, tests and saves; see the class."""
        torch = load_torch(type(self).__name__, StepArgumentError)
        with without_triton():
            torch.manual_seed(self.seed)
            before = torch.are_deterministic_algorithms_enabled()
            torch.use_deterministic_algorithms(True, warn_only=True)
            try:
                super().run_fn()
            finally:
                torch.use_deterministic_algorithms(before)

    def as_batch(self, arrays: Arrays) -> tuple[dict[str, Any], Any]:
        """Features as a dict of tensors, and labels as a tensor or a dict.

        Raises:
            DataError: A feature that is not made of numbers.
        """
        from zenml.models.torch_model import tensors_of

        features, labels = super().as_batch(arrays)
        check_numbers([*self.features, *self.labels])
        if not isinstance(labels, dict):
            return tensors_of(features), tensors_of({"": labels})[""]
        return tensors_of(features), tensors_of(labels)

    def test_fn(
        self, model: Any, dataset: Iterable[tuple[dict[str, Any], Any]]
    ) -> Iterator[dict[str, Any]]:
        """Predicts the rows of a test split; see `ModelTrainer`."""
        import torch

        from zenml.models.outputs import named_outputs

        model.to("cpu").eval()
        for features, _ in dataset:
            with torch.no_grad():
                found = named_outputs(model(features), self.labels)
            yield {name: values.numpy() for name, values in found.items()}

    def save(self, model: Any) -> None:
        """Saves the module as TorchScript, `model.pt`, into `serving_model_dir`.

        What `torch.jit.script` gave is saved as it is. Any other module is traced: it is
        called with rows of training, and the operations on tensors are what is saved.

        Raises:
            StepInterfaceError: It cannot be traced, or what was traced predicts otherwise.
        """
        import torch

        from zenml.models.torch_loading import torchscript
        from zenml.models.torch_model import FILE, FORMAT

        model.to("cpu").eval()
        if not isinstance(model, torch.jit.ScriptModule):
            model = self._traced(model)
        held = io.BytesIO()
        with torchscript():
            torch.jit.save(model, held)
        write_bytes(os.path.join(self.serving_model_dir, FILE), held.getvalue())
        self.describe(FORMAT, {})

    def _traced(self, model: Any) -> Any:
        import warnings

        import torch

        from zenml.models.outputs import named_outputs

        features = next(iter(self.input_fn(self.patterns("train_splits"))))[0]
        one = {name: values[:1] for name, values in features.items()}
        advice = "Return torch.jit.script(module) from model_fn, or override save(self, model)."
        try:
            with warnings.catch_warnings(), torch.no_grad():
                warnings.simplefilter("ignore")
                traced = torch.jit.trace(model, (features,), strict=False)
                pairs = [
                    (
                        named_outputs(model(rows), self.labels),
                        named_outputs(traced(rows), self.labels),
                    )
                    for rows in (features, one)
                ]
        except (RuntimeError, TypeError, ValueError) as exc:
            raise StepInterfaceError(
                f"{type(self).__name__}: the module {type(model).__name__} cannot be traced, to "
                f"be saved as TorchScript: {exc}. {advice}"
            ) from exc
        for expected, found in pairs:
            if not all(torch.allclose(expected[name], found[name], atol=1e-5) for name in expected):
                raise StepInterfaceError(
                    f"{type(self).__name__}: the module {type(model).__name__} predicts otherwise "
                    "once it is traced, to be saved as TorchScript; what it does depends on the "
                    f"rows that it sees. {advice}"
                )
        return traced


TorchBaseTrainerStep = PyTorchBaseTrainer
