"""ArtifactView: an artifact, where it came from, and its value."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.client import loading
from zenml.client.recorded import recorded_metadata
from zenml.edges import edges
from zenml.metadata import artifact_versions, artifacts, producers
from zenml.metadata.artifact_versions import ArtifactVersion
from zenml.metadata.artifacts import Artifact
from zenml.metadata.producers import Producer
from zenml.steps.user_metadata import USER_METADATA, merged

if TYPE_CHECKING:
    from zenml.client.run import RunView
    from zenml.client.step import StepView

_METADATA = ("zenml_metadata", USER_METADATA)


@edges
class ArtifactView:
    """One version of an artifact.

    Args:
        store: The open metadata store.
        artifact: The record.
        version: Its name and version, where they are known already.

    Example:
        >>> ArtifactView(None, Artifact(7, "Model", "/store/model")).type
        'Model'
    """

    def __init__(
        self, store: Any, artifact: Artifact, version: ArtifactVersion | None = None
    ) -> None:
        """Asks nothing yet."""
        self._store = store
        self._artifact = artifact
        self._known = version

    def __repr__(self) -> str:
        return f"ArtifactView({self.name!r}, version={self.version!r})"

    @property
    def id(self) -> int:
        """Its number in the metadata store."""
        return self._artifact.id

    @property
    def type(self) -> str:
        """Its type in ML Metadata: "ZenMLValue", or one of TFX's, such as "Examples"."""
        return self._artifact.type

    @property
    def data_type(self) -> str:
        """The Python type of the value, as `module.Class`; "" where that was not recorded."""
        return str(self._artifact.properties.get("zenml_type", ""))

    @property
    def uri(self) -> str:
        """The folder that its files lie in."""
        return self._artifact.uri

    @property
    def name(self) -> str:
        """The name that it was given, or `pipeline::step::output`."""
        return self._version.name

    @property
    def version(self) -> str:
        """The version that it was given, or its number among those of the name."""
        return self._version.version

    @property
    def tags(self) -> list[str]:
        """What it was tagged with."""
        return list(self._version.tags)

    @property
    def bytes(self) -> int:
        """Size of its files; 0 where that was not recorded."""
        return int(self._artifact.properties.get("zenml_bytes", 0))

    @property
    def metadata(self) -> dict[str, Any]:
        """What is known of it: statistics, a preview, numbers of rows, and what a step logged."""
        typed = self.type != artifact_versions.VALUE_TYPE
        found = recorded_metadata(self._artifact.properties) if typed else {}
        for key in _METADATA:
            found.update(json.loads(self._artifact.properties.get(key) or "{}"))
        return found

    def log_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Attaches metadata to this version; a key that is there already gets the new value."""
        recorded = artifacts.by_id(self._store, [self.id])[self.id].properties
        where = f"version {self.version} of artifact {self.name!r}"
        text = merged(recorded.get(USER_METADATA), metadata, where)
        self._artifact.properties[USER_METADATA] = text
        artifacts.annotate(self._store, {self.id: {USER_METADATA: text}})

    @property
    def run_metadata(self) -> dict[str, Any]:
        """The same as `metadata`."""
        return self.metadata

    @property
    def properties(self) -> dict[str, Any]:
        """Everything that ML Metadata holds of it."""
        return dict(self._artifact.properties)

    @functools.cached_property
    def run(self) -> RunView | None:
        """The run that made it; None if it was saved by hand, or the run was deleted."""
        from zenml.client.run import run_view

        if self._producer is None or not self._producer.run:
            return None
        return run_view(self._store, self._producer.run)

    @property
    def step(self) -> StepView | None:
        """The step that made it; None where there is no `run`."""
        return self.run.named_steps[self._producer.node] if self.run and self._producer else None

    def load(self, data_type: Any = None, **options: Any) -> Any:
        """Reads the value.

        Args:
            data_type: What to read it as, where that is not the type that was saved.
            options: What to take of an artifact of a standard step, e.g. `split="train"`
                of examples.

        Raises:
            ArtifactStoreError: The files are gone, or are not what was written.
        """
        return loading.load(self._artifact, str(self), data_type, options)

    def read(self, output_type: Any = None) -> Any:
        """The same as `load`."""
        return self.load(output_type)

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})" if self.version else self.name

    @functools.cached_property
    def _producer(self) -> Producer | None:
        return producers.producer_of(self._store, self._artifact)

    @functools.cached_property
    def _version(self) -> ArtifactVersion:
        if self._known is not None:
            return self._known
        name = str(self._artifact.properties.get(artifact_versions.NAME, ""))
        if not name and self._producer is not None:
            made = self._producer
            name = artifact_versions.default_name(made.pipeline, made.node, made.output)
        return artifact_versions.of_artifact(self._store, self._artifact, name)
