"""Workspace: the repository and the stores that a spec runs in."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import Any

from zenml.artifacts.store import ArtifactStore
from zenml.metadata.base import MetadataStore, metadata_store_from_config
from zenml.repo.repository import Repository
from zenml.repo.settings import FOLDER
from zenml.repo.stores import Stores
from zenml.spec import BackendSpec, PipelineSpec


@dataclasses.dataclass(frozen=True)
class Workspace:
    """Where a pipeline runs.

    Attributes:
        root: The repository's work tree.
        home: Where its `.zenml/` is: `root`, or the main work tree of a linked one.
        pipelines: The folder of the YAML files.
        artifacts: The artifact store.
        metadata: The metadata store.

    Example:
        >>> Workspace.__dataclass_fields__["root"].name
        'root'
    """

    root: Path
    home: Path
    pipelines: Path
    artifacts: ArtifactStore
    metadata: MetadataStore

    @classmethod
    def default(cls) -> Workspace:
        """The repository around the current folder, with its stores."""
        repo = Repository.get_instance()
        return cls(
            root=Path(repo.path),
            home=Path(repo.home),
            pipelines=Path(repo.get_default_pipelines_dir()),
            artifacts=repo.get_default_artifact_store(),
            metadata=repo.get_default_metadata_store(),
        )

    @classmethod
    def of(cls, spec: PipelineSpec | Stores) -> Workspace:
        """The stores that a spec names; the repository's where it names none."""
        default = cls.default()
        artifacts = ArtifactStore(spec.artifact_store, root=default.home)
        return dataclasses.replace(
            default,
            artifacts=artifacts if spec.artifact_store else default.artifacts,
            metadata=metadata_store_from_config(spec.metadata_store).at(default.home)
            if spec.metadata_store.args
            else default.metadata,
        )

    def store(self) -> Any:
        """The open `ml_metadata.MetadataStore`."""
        return self.metadata.open()

    def relative(self, path: str | os.PathLike[str]) -> str:
        """A path as people read it: relative to the repository where it lies inside."""
        return _below(Path(path).absolute(), self.root)

    def at_home(self, path: str | os.PathLike[str]) -> str:
        """A path as a spec holds it: relative to where `.zenml/` is, where it lies inside."""
        return _below(Path(path), self.home)

    def pages(self, of: str) -> Path:
        """The folder of the pages that show something of a run or a datasource.

        Args:
            of: What they show, "run monday".
        """
        name = re.sub(r"[^\w.-]+", "-", of).strip("-.") or "page"
        return self.home / FOLDER / "pages" / name

    def artifacts_config(self) -> str:
        """The artifact store as a spec holds it."""
        return self.at_home(self.artifacts.uri)

    def stores(self) -> Stores:
        """Both stores as a file holds them."""
        return Stores(self.artifacts_config(), self.metadata_config())

    def metadata_config(self) -> BackendSpec:
        """The metadata store as a spec holds it."""
        config = self.metadata.to_config()
        if "uri" not in config.args:
            return config
        path = (self.metadata.root or self.home) / config.args["uri"]
        return dataclasses.replace(config, args={"uri": _below(path, self.home)})


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
