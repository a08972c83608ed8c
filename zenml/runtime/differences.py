"""Differences: what tells the parts of two fingerprints apart, as reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml.metadata.parts import Parts
from zenml.runtime.changed_code import ChangedCode
from zenml.runtime.reasons import (
    ARGUMENT,
    BASELINE,
    CLASS,
    CODE,
    DATA,
    INPUT,
    MATERIALIZER,
    OPTION,
    PACKAGE,
    STEP,
    ZENML,
    Reason,
)
from zenml.spec import UNPINNED

_OWN = "zenml"


def differences(old: Parts, new: Parts, code: ChangedCode, version: str) -> list[Reason]:
    """What is other than before, in the order in which it is told.

    Args:
        old: The parts as they were.
        new: The parts as they are.
        code: Compares code.
        version: Of the step now.
    """
    found = [Reason(STEP, "", old.source, new.source)] if old.source != new.source else []
    if not found:
        found += _code(old, new, code, version)
    for kind in (CLASS, MATERIALIZER):
        found += _named_code(kind, old, new, code)
    found += _values(ARGUMENT, old.args, new.args)
    found += _values(OPTION, old.options, new.options)
    found += _values(PACKAGE, _foreign(old), _foreign(new))
    found += _inputs(old, new)
    if old.baseline != new.baseline:
        found.append(Reason(BASELINE, "", old.baseline, new.baseline))
    if old.zenml != new.zenml:
        found.append(Reason(ZENML, "", old.zenml, new.zenml))
    if old.commit != new.commit:
        found.append(Reason(DATA, "", old.commit, new.commit))
    return list({(reason.kind, reason.about): reason for reason in found}.values())


def _code(old: Parts, new: Parts, code: ChangedCode, version: str) -> list[Reason]:
    if old.code == new.code or new.source.startswith(f"{_OWN}."):
        return []  # code of zenml changes with zenml
    files = code.reasons(old.code, new.code, version)
    if files or old.packages != new.packages:
        return list(files)
    return [Reason(CODE, new.source)]


def _named_code(kind: str, old: Parts, new: Parts, code: ChangedCode) -> Iterator[Reason]:
    """Code that an argument or the pipeline names; it is always today's."""
    before = old.classes if kind == CLASS else old.materializers
    after = new.classes if kind == CLASS else new.materializers
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was and now and was != now:
            yield from code.reasons(was, now, UNPINNED) or [Reason(kind, name)]


def _values(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    for key in [*new, *(key for key in old if key not in new)]:
        if key not in old:
            yield Reason(kind, key, None, new[key], {"change": "new"})
        elif key not in new:
            yield Reason(kind, key, old[key], None, {"change": "gone"})
        elif old[key] != new[key]:
            yield Reason(kind, key, old[key], new[key])


def _foreign(parts: Parts) -> dict[str, str]:
    """The packages besides zenml, which is told apart from them."""
    return {name: version for name, version in parts.packages.items() if name != _OWN}


def _inputs(old: Parts, new: Parts) -> Iterator[Reason]:
    for key in [*new.inputs, *(key for key in old.inputs if key not in new.inputs)]:
        before, after = old.inputs.get(key), new.inputs.get(key)
        if before is None:
            facts = {"node": after[2] if after else "", "change": "new"}
        elif after is None:
            facts = {"node": before[2], "change": "gone"}
        elif before[:2] != after[:2]:
            facts = {"node": after[2]}
            if before[1:] != after[1:]:
                facts["was"] = f"{before[2]}.{before[1]}"
        else:
            continue
        yield Reason(INPUT, key, facts=facts)
