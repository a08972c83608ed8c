"""UnmaterializedArtifact: the folder of an artifact instead of its value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class UnmaterializedArtifact:
    """An artifact as it lies in the store, for a step that reads its files itself.

    An input annotated with this class gets it instead of the value.

    Attributes:
        uri: The folder of its files.
        type: Its ML Metadata type.
        properties: Everything recorded with it.

    Example:
        >>> UnmaterializedArtifact("/store/model/1", properties={"zenml_name": "model"}).name
        'model'
    """

    uri: str
    type: str = ""
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the artifact, "" where it has none."""
        return str(self.properties.get("zenml_name", ""))
