"""Workspace: the repository and the stores that a spec runs in."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

from zenml.artifacts.store import ArtifactStore
from zenml.metadata.base import MetadataStore, metadata_store_from_config
from zenml.repo.repository import Repository
from zenml.spec import BackendSpec, PipelineSpec


@dataclasses.dataclass(frozen=True)
class Workspace:
    """Where a pipeline runs.

    Attributes:
        root: The repository.
        pipelines: The folder of the YAML files.
        artifacts: The artifact store.
        metadata: The metadata store.

    Example:
        >>> Workspace.__dataclass_fields__["root"].name
        'root'
    """

    root: Path
    pipelines: Path
    artifacts: ArtifactStore
    metadata: MetadataStore

    @classmethod
    def default(cls) -> Workspace:
        """The repository around the current folder, with its stores."""
        repo = Repository.get_instance()
        return cls(
            root=Path(repo.path),
            pipelines=Path(repo.get_default_pipelines_dir()),
            artifacts=repo.get_default_artifact_store(),
            metadata=repo.get_default_metadata_store(),
        )

    @classmethod
    def of(cls, spec: PipelineSpec) -> Workspace:
        """The stores that a spec names; the repository's where it names none."""
        default = cls.default()
        root = default.root
        artifacts = ArtifactStore(spec.artifact_store, root=root)
        return dataclasses.replace(
            default,
            artifacts=artifacts if spec.artifact_store else default.artifacts,
            metadata=metadata_store_from_config(spec.metadata_store).at(root)
            if spec.metadata_store.args
            else default.metadata,
        )

    def store(self) -> Any:
        """The open `ml_metadata.MetadataStore`."""
        return self.metadata.open()

    def relative(self, path: str | os.PathLike[str]) -> str:
        """A path as files hold it: relative to the repository where it lies inside."""
        absolute = Path(path).absolute()
        if absolute.is_relative_to(self.root):
            return absolute.relative_to(self.root).as_posix()
        return str(absolute)

    def metadata_config(self) -> BackendSpec:
        """The metadata store as a spec holds it."""
        config = self.metadata.to_config()
        if "uri" not in config.args:
            return config
        return dataclasses.replace(
            config, args={"uri": self.relative(self.root / config.args["uri"])}
        )
