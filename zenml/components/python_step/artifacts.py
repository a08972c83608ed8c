"""The artifact type of what free steps give."""

from __future__ import annotations

from tfx.types import artifact

from zenml.metadata.artifact_versions import VALUE_TYPE


class ZenMLValue(artifact.Artifact):
    """A Python value that a materializer saved.

    What loads it again is recorded with it, as custom properties.

    Example:
        >>> ZenMLValue().type_name
        'ZenMLValue'
    """

    TYPE_NAME = VALUE_TYPE
