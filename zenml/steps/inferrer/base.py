"""InferrerStep: the interface of batch inference."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml.models import TrainedModel
    from zenml.models.base import Predictions


class PredictionWriter(Protocol):
    """What takes the predictions, batch by batch, besides the artifact."""

    def write(self, batch: pa.RecordBatch, rows: Sequence[bytes]) -> None:
        """Takes the next rows.

        Args:
            batch: The columns of the source and of the model, each a list a row.
            rows: The same rows as serialised `tf.train.Example`s.
        """


class InferrerStep(BaseStep):
    """Has a model predict rows; any trainer's model will do.

    A subclass can change what is predicted in `predict`, and send the predictions
    somewhere in `open_writer`. They are kept as examples in either case.

    Args:
        labels: What to predict; None is all that the model predicts. The labels themselves
            need not be in the data.

    Example:
        >>> import numpy as np
        >>> class Sure(InferrerStep):
        ...     def predict(self, model, examples):
        ...         shares = model.predict(examples)["species_o"]
        ...         return {"species_o": shares, "share": shares.max(axis=1, keepdims=True)}
        >>> Sure(labels=["species"]).check()
    """

    PACKAGES: ClassVar[tuple[str, ...]] = ("tensorflow",)

    def __init__(self, *, labels: Sequence[str] | str | None = None, **kwargs: Any) -> None:
        """Stores what to predict."""
        self.labels = labels
        super().__init__(**kwargs)

    @property
    def outputs(self) -> list[str] | None:
        """The model's outputs that are asked for, `<label>_o`; None is all."""
        if self.labels is None:
            return None
        names = [self.labels] if isinstance(self.labels, str) else self.labels
        return [f"{name}_o" for name in names]

    def predict(self, model: TrainedModel, examples: Sequence[bytes]) -> Predictions:
        """Predicts some thousands of rows.

        Args:
            model: The model.
            examples: Serialised `tf.train.Example`s of raw columns.

        Returns:
            Name -> array of shape (rows, values); each becomes a column.
        """
        found = model.predict(examples)
        wanted = self.outputs or list(found)
        for name in wanted:
            if name not in found:
                known = ", ".join(output.removesuffix("_o") for output in sorted(found))
                raise self.fail("labels", self.labels, f"among what the model predicts: {known}")
        return {name: found[name] for name in wanted}

    def open_writer(
        self, split: str, rows: int, schema: Any
    ) -> AbstractContextManager[PredictionWriter] | None:
        """Where the predictions of a split go besides the artifact; None is nowhere.

        What is written is whole when the block ends well, and not there otherwise. Its
        attribute `files`, a list of paths, says what has to be there for the result to be
        taken from the cache.

        Args:
            split: Name of the split where the data has several, else "".
            rows: How many rows will come.
            schema: `tensorflow_metadata` Schema of the columns of the source.
        """
        return None

    def check(self) -> None:
        """Checks the labels.

        Raises:
            StepArgumentError: They are no list of names.
        """
        super().check()
        names = [self.labels] if isinstance(self.labels, str) else self.labels
        fine = (
            isinstance(names, (list, tuple))
            and names
            and all(isinstance(name, str) and name for name in names)
        )
        if names is not None and not fine:
            raise self.fail("labels", self.labels, "a list of labels, e.g. ['species'], or None")


BaseInferrer = InferrerStep
