"""Fingerprints: what a node's result depends on, as one hash."""

from __future__ import annotations

import hashlib
from importlib import metadata
from typing import Any

from zenml.keywords import CLASS_PREFIX
from zenml.metadata.code import Code
from zenml.metadata.parts import Parts, shortened
from zenml.repo import versions
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.repo.packages import installed_name
from zenml.spec import UNPINNED, NodeSpec, PipelineSpec, StepSpec
from zenml.spec_values import canonical_json
from zenml.version import __version__


def fingerprints(spec: PipelineSpec, known: dict[str, str] | None = None) -> dict[str, str]:
    """Node -> fingerprint.

    A fingerprint covers the contents of the step's closure (not the commit it
    came with), its arguments, the fingerprints of what it reads, and the
    versions of the packages it uses. A data node that reads a pinned commit
    depends on that commit alone: its name is the hash of its content.

    Args:
        spec: The frozen pipeline.
        known: Fingerprints that nodes have for another reason.

    Returns:
        sha256 in hex for each node.
    """
    return fingerprints_with_parts(spec, known)[0]


def fingerprints_with_parts(
    spec: PipelineSpec, known: dict[str, str] | None = None
) -> tuple[dict[str, str], dict[str, Parts]]:
    """As `fingerprints`, and what each was made of."""
    found: dict[str, str] = dict(known or {})
    told: dict[str, Parts] = {}
    with one_moment():
        for node in spec.nodes:
            parts = _parts(node, spec, found)
            told[node.name] = _told(node, parts)
            if node.name not in found:
                found[node.name] = _hash(parts)
    return found, told


def _told(node: NodeSpec, parts: dict[str, Any]) -> Parts:
    """The parts as they are recorded: flat, and with the names of the nodes that it reads."""
    step = parts.get("step") or {}
    return Parts(
        component=parts["component"],
        zenml=parts.get("zenml", ""),
        source=step.get("source", ""),
        code=step.get("closure", ""),
        args=shortened(step.get("args", {})),
        options=parts.get("args", {}),
        inputs={
            key: [*value, node.inputs[key].partition(".")[0]]
            for key, value in parts.get("inputs", {}).items()
        },
        packages=step.get("packages", {}),
        materializers=parts.get("materializers", {}),
        classes=step.get("classes", {}),
        commit=parts.get("commit", ""),
    )


def closures(spec: PipelineSpec) -> dict[str, Code]:
    """Digest -> the files behind it, of all code of the user's that the fingerprints cover."""
    found = {}
    with one_moment():
        for source, version in sorted(_sources(spec), key=str):
            code = versions.version_of(source, version)
            if code.files:
                head = "" if code.is_pinned else GitRepository().head_sha() or ""
                found[code.digest] = Code(code.files, code.undecorated, code.diff, head)
    return found


def _sources(spec: PipelineSpec) -> set[tuple[str, str | None]]:
    """Definition and version of all that a fingerprint holds a digest of."""
    found: set[tuple[str, str | None]] = set()
    for node in spec.nodes:
        found.update((name, None) for name in _named_materializers(node))
        if node.step is not None:
            found.add((node.step.source, node.step.version))
            found.update((name, None) for name in _named_classes(node.step.args).values())
    return found


def codes(spec: PipelineSpec) -> dict[str, str]:
    """Source of a step -> digest of its code, for each step that is in no commit."""
    sources = {
        node.step.source for node in spec.nodes if node.step and node.step.version == UNPINNED
    }
    with one_moment():
        return {source: versions.version_of(source).digest for source in sorted(sources)}


def source_fingerprint(step: StepSpec, source_state: str) -> str:
    """Fingerprint of reading a source as it is now, before its commit is known.

    The version of zenml is left out: a new one does not change the source.
    """
    parts = _step_parts(step)
    if step.source.startswith("zenml."):
        parts = {key: parts[key] for key in ("source", "args")}
    return _hash({"step": parts, "source_state": source_state})


def _hash(parts: Any) -> str:
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def _parts(node: NodeSpec, spec: PipelineSpec, upstream: dict[str, str]) -> dict[str, Any]:
    if node.component == "data_gen" and spec.datasource and spec.datasource.commit:
        return {"component": node.component, "commit": spec.datasource.commit}
    inputs = {}
    for key, reference in node.inputs.items():
        name, _, output = reference.partition(".")
        inputs[key] = [upstream[name], output]
    return {
        "component": node.component,
        "zenml": __version__,
        "step": _step_parts(node.step) if node.step else None,
        "args": node.args,
        "inputs": inputs,
        **_materializers(node),
    }


def _materializers(node: NodeSpec) -> dict[str, Any]:
    """The code of what saves the outputs of a free step, where the pipeline names it."""
    named = _named_materializers(node)
    if not named:
        return {}
    return {"materializers": {name: versions.version_of(name).digest for name in sorted(named)}}


def _named_materializers(node: NodeSpec) -> set[str]:
    if node.component != "python_step":
        return set()
    outputs = node.args.get("outputs") or {}
    return {output["materializer"] for output in outputs.values() if output.get("materializer")}


def _step_parts(step: StepSpec) -> dict[str, Any]:
    code = versions.version_of(step.source, step.version)
    return {
        "source": step.source,
        "closure": code.digest,
        "args": step.args,
        "classes": _classes_in(step.args),
        "packages": {**package_versions(step.packages), **code.packages},
    }


def _classes_in(args: dict[str, Any]) -> dict[str, str]:
    """Argument -> digest of the code of the class that it names, where it names one."""
    return {key: versions.version_of(name).digest for key, name in _named_classes(args).items()}


def _named_classes(args: dict[str, Any]) -> dict[str, str]:
    return {
        key: value[len(CLASS_PREFIX) :]
        for key, value in args.items()
        if isinstance(value, str) and value.startswith(CLASS_PREFIX)
    }


def package_versions(names: tuple[str, ...]) -> dict[str, str]:
    """Distribution -> installed version; "" where it is not installed.

    One that is there in place of another, as `tensorflow-cpu` is of `tensorflow`, is told by
    its own name.
    """
    found = {}
    for name in map(installed_name, names):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found
