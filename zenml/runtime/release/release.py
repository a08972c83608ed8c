"""Release: a run that a tag of git ties down."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from zenml import spec_yaml
from zenml.runtime.release.pins import Pins
from zenml.spec import PipelineSpec

PREFIX = "zenml/"


@dataclass(frozen=True)
class Release:
    """A release, as its tag holds it.

    Attributes:
        name: Its name; the tag is `zenml/<name>`.
        pins: What it ties down.
        pipeline: The text of the pipeline's file.
        commit: The commit that the tag points to.
        tagger: Who made the tag.
        made: When, in Unix seconds.

    Example:
        >>> pins = Pins("1.0", {"name": "p"}, {"name": "p-1"}, "ab" * 20)
        >>> Release("1.0", pins, "", "ab" * 20, "Ada", 0.0).tag
        'zenml/1.0'
    """

    name: str
    pins: Pins
    pipeline: str
    commit: str
    tagger: str
    made: float

    @property
    def tag(self) -> str:
        """The name of the tag."""
        return PREFIX + self.name

    @functools.cached_property
    def spec(self) -> PipelineSpec:
        """The frozen pipeline."""
        return spec_yaml.from_yaml(self.pipeline, f"the pipeline in the tag {self.tag}")[0]
