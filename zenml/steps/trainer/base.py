"""TrainerStep: the interface of training, whatever the framework."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from zenml.steps.base import BaseStep
from zenml.steps.split_mapping import DEFAULT, check_split_mapping

if TYPE_CHECKING:
    import tensorflow_transform as tft


class TrainerStep(BaseStep):
    """Makes a model; subclass it and define `run_fn`.

    Args:
        split_mapping: Which splits to use: `{"train_splits": [...], "eval_splits": [...],
            "test_splits": [...]}`. By default `train`, `eval` and `test`.

    Attributes:
        LEARNS_LABELS: Whether it cannot do without a label.
        input_patterns: Split -> glob pattern of its transformed examples (gzipped TFRecords).
        output_patterns: Test split -> glob pattern under which its predictions belong.
        splits: The three keys of `split_mapping` -> names of the splits that there are. In
            `run_fn`, `split_mapping` is the same.
        serving_model_dir: Folder that must hold the model when `run_fn` returns.
        transform_output: Folder of the transform graph.
        log_dir: Folder for logs; TensorBoard and `history.json` go there.
        schema: `tensorflow_metadata` Schema of the columns before preprocessing.

    They are set before `run_fn` is called.

    Example:
        >>> class Constant(TrainerStep):
        ...     def run_fn(self):
        ...         with open(f"{self.serving_model_dir}/model.txt", "w") as file:
        ...             file.write("42")
        >>> Constant(split_mapping={"train_splits": ["a"]}).check()
    """

    BACKENDS: ClassVar[tuple[str, ...]] = ("training",)
    LEARNS_LABELS: ClassVar[bool] = False
    input_patterns: Mapping[str, str]
    output_patterns: Mapping[str, str]
    serving_model_dir: str = ""
    transform_output: str = ""
    log_dir: str = ""
    schema: Any = None
    splits: Mapping[str, list[str]] = DEFAULT

    def __init__(self, *, split_mapping: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """Stores which splits to use."""
        self.split_mapping = split_mapping
        self.input_patterns = {}
        self.output_patterns = {}
        super().__init__(**kwargs)

    @abstractmethod
    def run_fn(self) -> None:
        """Trains, and leaves the model in `serving_model_dir`."""

    @property
    def tf_transform_output(self) -> tft.TFTransformOutput:
        """The transform graph: feature specs, vocabularies, and the graph itself."""
        import tensorflow_transform as tft

        return tft.TFTransformOutput(self.transform_output)

    def patterns(self, key: str) -> list[str]:
        """Patterns of the examples to use for one of the keys of `split_mapping`.

        Args:
            key: "train_splits", "eval_splits" or "test_splits".
        """
        return [self.input_patterns[split] for split in self.splits[key]]

    def plain_arguments(self) -> dict[str, Any]:
        """As YAML holds them; in `class_weights`, 0 becomes "0", for its keys are strings there."""
        weights = self.arguments.get("class_weights")
        if isinstance(weights, Mapping):
            named = {str(key): value for key, value in weights.items()}
            self.arguments = {**self.arguments, "class_weights": named}
        return super().plain_arguments()

    def check(self) -> None:
        """Checks the arguments.

        Raises:
            StepArgumentError: A `split_mapping` that cannot be.
        """
        super().check()
        check_split_mapping(self, self.split_mapping)


BaseTrainerStep = TrainerStep
