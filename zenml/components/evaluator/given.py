"""What an evaluation is given: the artifacts of the node, as far as they are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tfx.types import artifact_utils
from tfx.utils import path_utils

from zenml.errors import DataError
from zenml.records import list_splits, split_files
from zenml.steps.evaluator.base import EvaluatorStep


@dataclass(frozen=True)
class Given:
    """The inputs of the node.

    Attributes:
        step: The evaluator.
        artifacts: Input -> TFX's artifacts.
    """

    step: EvaluatorStep
    artifacts: dict[str, list[Any]]

    def one(self, key: str) -> Any:
        """The artifact of an input; None where there is none."""
        found = self.artifacts.get(key)
        return artifact_utils.get_single_instance(found) if found else None

    def uri(self, key: str) -> str:
        """Where the artifact of an input lies; "" where there is none."""
        found = self.one(key)
        return str(found.uri) if found is not None else ""

    def model(self, key: str = "model") -> str:
        """Folder of a model."""
        return str(path_utils.serving_model_path(self.uri(key)))

    def files(self, key: str, splits: list[str] | None = None) -> list[str]:
        """The shards of the test splits, in order.

        Args:
            key: An input of examples.
            splits: The splits to take; None is all that are tested.

        Raises:
            DataError: A split is not there, or the input itself is not.
        """
        uri, step = self.uri(key), type(self.step).__name__
        if not uri:
            raise DataError(
                f"{step} needs the input {key!r}, which this pipeline does not give to it: it was "
                "frozen by a zenml that did not know it. Run the pipeline from its code."
            )
        there = list_splits(uri)
        for split in self.step.test_splits:
            if split not in there:
                raise DataError(
                    f"{step} evaluates the split {split!r}, and {_what(key)} "
                    f"{', '.join(there) or 'none'}. Name one of them with "
                    "split_mapping={'test_splits': [...]}."
                )
        wanted = self.step.test_splits if splits is None else splits
        return [file for split in wanted for file in split_files(uri, split)]

    def same_graph(self) -> bool:
        """Whether the latest blessed model was trained with the transform graph of today."""
        graphs = [self.one("transform_graph"), self.one("baseline_graph")]
        if None in graphs:
            return False
        ours, theirs = graphs
        hashes = {graph.get_string_custom_property("content_hash") for graph in graphs}
        return bool(ours.uri == theirs.uri or (len(hashes) == 1 and hashes != {""}))


def _what(key: str) -> str:
    return "the trainer tested" if key == "test_results" else "the data has"
