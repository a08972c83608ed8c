"""FolderDeployer: a folder from which models are served."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml.steps.deployer.base import DeployerStep

if TYPE_CHECKING:
    from tfx.proto import pusher_pb2


class FolderDeployer(DeployerStep):
    """Puts each blessed model into a folder of its own, `<path>/<version>`.

    The version is an integer that grows with time, so `zenml model serve`, or TensorFlow
    Serving, given `path`, serves the newest. A version appears whole or not at all.

    Args:
        path: The folder; a relative one starts at the root of the repository.

    Example:
        >>> FolderDeployer(path="served").check()
    """

    def __init__(self, path: str = "serving", **kwargs: Any) -> None:
        self.path = path
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks the path.

        Raises:
            StepArgumentError: It is no text, empty, or a place that is no folder of this machine.
        """
        super().check()
        if not isinstance(self.path, (str, os.PathLike)) or not str(self.path).strip():
            raise self.fail("path", self.path, "the path of a folder, e.g. 'serving'")
        if "://" in str(self.path):
            raise self.fail("path", self.path, "a folder of this machine")

    def build_push_destination(self) -> pusher_pb2.PushDestination:
        """The folder, as TFX's Pusher knows it; a relative one stays relative."""
        from tfx.proto import pusher_pb2

        folder = str(Path(self.path).expanduser())
        return pusher_pb2.PushDestination(
            filesystem=pusher_pb2.PushDestination.Filesystem(base_directory=folder)
        )
