"""ArtifactStoreDeployer: versions of a model in an artifact store."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from zenml.artifacts.store import DEPLOYED_FOLDER
from zenml.steps.deployer.base import DeployerStep

if TYPE_CHECKING:
    from tfx.proto import pusher_pb2

_NAME = re.compile(r"[\w.-]+")


class ArtifactStoreDeployer(DeployerStep):
    """Puts each blessed model into an artifact store: `<store>/.deployed/<name>/<version>`.

    As with `FolderDeployer`, the version is an integer that grows with time, and appears
    whole or not at all. What is deployed there is not pruned.

    Args:
        name: Of the model.
        artifact_store: Folder of the store; None is that of the repository. A relative one starts
            at the root of the repository.

    Example:
        >>> ArtifactStoreDeployer(name="penguins").check()
    """

    def __init__(self, name: str, artifact_store: str | None = None, **kwargs: Any) -> None:
        self.name = name
        self.artifact_store = artifact_store
        super().__init__(**kwargs)

    def check(self) -> None:
        """Checks the name and the store.

        Raises:
            StepArgumentError: Names the argument.
        """
        super().check()
        given = self.name if isinstance(self.name, str) else ""
        if not _NAME.fullmatch(given) or given.startswith("."):
            raise self.fail("name", self.name, "letters, digits, '-', '_' and '.', e.g. 'penguins'")
        store = self.artifact_store
        if store is not None and (not isinstance(store, (str, os.PathLike)) or not str(store)):
            raise self.fail("artifact_store", store, "the path of a folder, or None")
        if store is not None and "://" in str(store):
            raise self.fail("artifact_store", store, "a folder of this machine")

    @property
    def in_artifact_store(self) -> bool:
        """Where no store is named, the folder starts at that of the repository."""
        return self.artifact_store is None

    def build_push_destination(self) -> pusher_pb2.PushDestination:
        """The folder of the versions; below the repository's store it is relative."""
        from tfx.proto import pusher_pb2

        folder = os.path.join(DEPLOYED_FOLDER, self.name)
        if self.artifact_store is not None:
            folder = os.path.join(os.path.expanduser(self.artifact_store), folder)
        return pusher_pb2.PushDestination(
            filesystem=pusher_pb2.PushDestination.Filesystem(base_directory=folder)
        )
