"""What a run ran with: Python, packages, and the commit that the repository stood at."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from typing import Any

from zenml.repo import versions
from zenml.repo.git import GitRepository
from zenml.runtime.fingerprint import package_versions
from zenml.runtime.task import is_python
from zenml.spec import PipelineSpec
from zenml.version import __version__

ENVIRONMENT = "zenml_environment"
# What the standard steps are made of, whatever a step itself says it needs.
_STANDARD = ("tfx", "tfx-bsl", "tensorflow", "tensorflow-transform", "keras", "numpy", "pyarrow")


@dataclass(frozen=True)
class Environment:
    """What a run ran with.

    Attributes:
        python: Version of Python.
        machine: System and processor.
        zenml: Version of zenml.
        head: The commit that HEAD stood at; "" before the first one.
        packages: Distribution -> version, of what the code of the steps imports or names.

    Example:
        >>> old = Environment("3.10.1", packages={"numpy": "1.26.4"})
        >>> Environment("3.10.1", packages={"numpy": "2.0.0"}).differences(old)
        ['numpy 1.26.4 -> 2.0.0']
    """

    python: str = ""
    machine: str = ""
    zenml: str = ""
    head: str = ""
    packages: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: PipelineSpec) -> Environment:
        """What a pipeline would run with now."""
        found: dict[str, str] = {}
        steps = [node.step for node in spec.nodes if node.step is not None]
        named = {name for step in steps for name in step.packages}
        if not all(is_python(node) for node in spec.nodes):
            named.update(_STANDARD)
        for step in steps:
            found.update(versions.version_of(step.source, step.version).packages)
        found.update(package_versions(tuple(sorted(named - set(found)))))
        found.pop("zenml", None)
        return cls(
            platform.python_version(),
            f"{platform.system()} {platform.machine()}",
            __version__,
            GitRepository().head_sha() or "",
            dict(sorted(found.items())),
        )

    @classmethod
    def from_properties(cls, properties: dict[str, Any]) -> Environment:
        """What a run recorded; empty where it recorded none."""
        return cls(**json.loads(properties.get(ENVIRONMENT) or "{}"))

    def to_properties(self) -> dict[str, Any]:
        """What a run records."""
        return {ENVIRONMENT: json.dumps(asdict(self))}

    def differences(self, before: Environment) -> list[str]:
        """What has another version than before, as `name old -> new`, of what both know."""
        now, then = self._versions(), before._versions()
        return [
            f"{name} {then[name] or 'not installed'} -> {now[name] or 'not installed'}"
            for name in now
            if name in then and then[name] != now[name]
        ]

    def _versions(self) -> dict[str, str]:
        own = {"Python": self.python, "zenml": self.zenml}
        return {**{name: version for name, version in own.items() if version}, **self.packages}
