"""DeployerStep: the interface of every deployer."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    from tfx.proto import pusher_pb2


class DeployerStep(BaseStep):
    """Says where a model goes once it is blessed.

    A model that is not blessed is never handed to a deployer.

    Example:
        >>> class Shelf(DeployerStep):
        ...     def build_push_destination(self):
        ...         from tfx.proto import pusher_pb2
        ...         folder = pusher_pb2.PushDestination.Filesystem(base_directory="/srv/models")
        ...         return pusher_pb2.PushDestination(filesystem=folder)
        >>> Shelf().get_config()
        {}
    """

    @abstractmethod
    def build_push_destination(self) -> pusher_pb2.PushDestination | None:
        """TFX's description of the destination; None where the executor needs none."""

    def get_config(self) -> dict[str, Any]:
        """What the executor of `get_executor` is given as TFX's `custom_config`."""
        return {}

    def get_executor(self) -> type[Any] | None:
        """A subclass of TFX's `BaseExecutor` that does the pushing.

        It is run as TFX's Pusher runs one: with the inputs `model` and
        `model_blessing`, the output `pushed_model`, and the properties
        `push_destination` and `custom_config`. None is a push to a folder, as
        TensorFlow Serving reads it.
        """
        return None
