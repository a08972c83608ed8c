"""DeployerStep: the interface of every deployer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.errors import StepInterfaceError
from zenml.steps.base import BaseStep

if TYPE_CHECKING:
    from tfx.proto import pusher_pb2


class DeployerStep(BaseStep):
    """Says where a model goes once it is blessed, or brings it there.

    One of `deploy`, `build_push_destination` and `get_executor` has to be defined. A model
    that is not blessed is never handed to a deployer.

    Example:
        >>> class Shelf(DeployerStep):
        ...     def deploy(self, model):
        ...         import shutil
        ...         return shutil.copytree(model, "/srv/model", dirs_exist_ok=True)
        >>> Shelf().get_config()
        {}
    """

    def check(self) -> None:
        """Checks that it deploys at all.

        Raises:
            StepInterfaceError: None of its methods says how.
        """
        super().check()
        hooks = ("deploy", "build_push_destination", "get_executor")
        if not any(getattr(type(self), hook) is not getattr(DeployerStep, hook) for hook in hooks):
            raise StepInterfaceError(
                f"{type(self).__name__} deploys nothing: define deploy(model), which brings a "
                "model somewhere, or build_push_destination(), which names a folder."
            )

    def deploy(self, model: str) -> str | None:
        """Brings a model to where it is to be, in plain Python.

        Args:
            model: Folder of the model.

        Returns:
            Where it is now, which is recorded. None leaves it to the executor of
            `get_executor`, or to the folder of `build_push_destination`.
        """
        return None

    def build_push_destination(self) -> pusher_pb2.PushDestination | None:
        """TFX's description of a folder; None where another method does the work."""
        return None

    @property
    def in_artifact_store(self) -> bool:
        """Whether a relative folder starts at the repository's artifact store, not at its root."""
        return False

    def get_config(self) -> dict[str, Any]:
        """What the executor of `get_executor` is given as TFX's `custom_config`."""
        return {}

    def get_executor(self) -> type[Any] | None:
        """A subclass of TFX's `BaseExecutor` that does the pushing.

        It is run as TFX's Pusher runs one: with the inputs `model` and
        `model_blessing`, the output `pushed_model`, and the properties
        `push_destination` and `custom_config`. None is a push to a folder, as
        TensorFlow Serving reads it.

        It is asked before `deploy` is called, also where `deploy` then says where the model
        is: what it returns must not depend on what `deploy` does.
        """
        return None
