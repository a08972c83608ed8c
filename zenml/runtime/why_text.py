"""Reasons as people read them: what comes after "ran because"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from zenml.runtime import reasons, why
from zenml.runtime.reasons import Explanation, Reason

_MOST = 3  # reasons in one line
_SHOWN = 60  # characters of a value


def line(explanation: Explanation) -> str:
    """All reasons in a line, "" where there is nothing worth a line.

    A first run is none, nor is it that the pipeline never uses its cache.

    Example:
        >>> line(Explanation((Reason("argument", "hidden_layers", [10], [32]),)))
        'hidden_layers changed [10] -> [32]'
    """
    worth = sentences([reason for reason in explanation.reasons if _is_worth_a_line(reason)])
    more = [f"{len(worth) - _MOST} more"] if len(worth) > _MOST else []
    return "; ".join([*worth[:_MOST], *more])


def _is_worth_a_line(reason: Reason) -> bool:
    if reason.kind == reasons.CACHE_OFF:
        return reason.about == "step"
    return reason.kind not in (reasons.FIRST, reasons.UNKNOWN)


def sentences(found: Sequence[Reason]) -> list[str]:
    """Several reasons; files that changed together, and inputs that did, are told together."""
    told: dict[str, list[Reason]] = {}
    for reason in found:
        told.setdefault(_together(reason) or sentence(reason), []).append(reason)
    return [_all(alike) for alike in told.values()]


def _together(reason: Reason) -> str:
    """What is the same for reasons that are told together; "" for one that is told alone."""
    if reason.kind == reasons.CODE:
        return _cause(reason)
    if reason.kind == reasons.INPUT and not {"change", "was"} & set(reason.facts):
        return reasons.INPUT
    return ""


def _all(alike: Sequence[Reason]) -> str:
    if len(alike) == 1:
        return sentence(alike[0])
    if alike[0].kind == reasons.INPUT:
        nodes = dict.fromkeys(reason.facts["node"] for reason in alike)
        return f"its inputs from {_listed(list(nodes))} changed{_causes(alike)}"
    return f"{_listed([reason.about for reason in alike])} changed{_cause(alike[0])}"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _causes(found: Sequence[Reason]) -> str:
    """What is other about inputs that were reused."""
    causes = [cause for reason in found for cause in reason.facts.get("because", ())]
    told = dict.fromkeys(f"{cause['of']}: {sentence(Reason.from_dict(cause))}" for cause in causes)
    return f" ({'; '.join(list(told)[:_MOST])})" if told else ""


def sentence(reason: Reason) -> str:
    """One reason."""
    return _SENTENCES[reason.kind](reason)


def _changed(what: str, reason: Reason) -> str:
    change = reason.facts.get("change")
    if change == "new":
        return f"{what} is new: {_shown(reason.new)}"
    if change == "gone":
        return f"{what} is gone, was {_shown(reason.old)}"
    return f"{what} changed {_shown(reason.old)} -> {_shown(reason.new)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _cache_off(reason: Reason) -> str:
    return "its cache is off" if reason.about == "step" else "the pipeline's cache is off"


def _result(reason: Reason) -> str:
    output, run = reason.facts.get("output", "result"), reason.about
    return {
        why.GONE: f"its {output} of run {run} is gone",
        why.DELETED_RUN: f"run {run}, which had its result, was deleted",
        why.ELSEWHERE: f"its {output} of run {run} lies in another artifact store",
        why.UNREADABLE: f"its {output} of run {run} is a pickle of another version of Python",
        why.UNDEPLOYED: f"what it deployed in run {run} is not what is served now",
    }[reason.facts["how"]]


def _content(reason: Reason) -> str:
    node, run = reason.facts["node"], reason.facts["run"]
    return f"its input {reason.about}, from {node}, is not what it was in run {run}"


def _step(reason: Reason) -> str:
    old, new = str(reason.old or "none"), str(reason.new or "none")
    names = old.rpartition(".")[2], new.rpartition(".")[2]
    before, now = (old, new) if names[0] == names[1] else names
    return f"its step changed {before} -> {now}"


def _code(reason: Reason) -> str:
    if reason.new is None and reason.old is None:
        return f"the code of {reason.about} changed"
    change = reason.facts.get("change")
    return f"{reason.about} {f'is {change}' if change else 'changed'}{_cause(reason)}"


def _cause(reason: Reason) -> str:
    """What changed a file, where that is known."""
    if reason.facts.get("uncommitted"):
        return " (not committed)"
    commit = reason.facts.get("commit")
    if not commit:
        return ""
    who = f"{commit['author']}, {commit['date'][:10]}"
    return f" in {commit['sha'][:7]} ({who}: {commit['subject']})"


def _package(reason: Reason) -> str:
    old, new = reason.old or "none", reason.new or "none"
    return f"package {reason.about} changed {old} -> {new}"


def _input(reason: Reason) -> str:
    change, was = reason.facts.get("change"), reason.facts.get("was")
    what = f"its input {reason.about}, from {reason.facts['node']},"
    if change:
        return f"{what} is {change}"
    return f"{what} was {was} before" if was else f"{what} changed{_causes([reason])}"


def _baseline(reason: Reason) -> str:
    if not reason.new:
        return "it compares with no blessed model any more"
    if not reason.old:
        return "there is a blessed model to compare with now"
    return "the latest blessed model, which it compares with, is another one"


def _data(reason: Reason) -> str:
    if reason.new is None:
        return "its source changed"
    return f"the datasource's commit changed {str(reason.old)[:12]} -> {str(reason.new)[:12]}"


def _option(reason: Reason) -> str:
    if reason.about == "files":  # which arguments of a step name
        old, new = reason.old or {}, reason.new or {}
        names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        return f"the content of the file in its {_listed(names)} changed"
    return f"what the pipeline says of its {reason.about} changed"


_SENTENCES: dict[str, Callable[[Reason], str]] = {
    reasons.FIRST: lambda reason: "it had never run before",
    reasons.CACHE_OFF: _cache_off,
    reasons.FAILED: lambda reason: f"it failed in run {reason.about}",
    reasons.RESULT: _result,
    reasons.CONTENT: _content,
    reasons.STEP: _step,
    reasons.CODE: _code,
    reasons.CLASS: lambda reason: f"the code of its {reason.about} changed",
    reasons.MATERIALIZER: lambda reason: f"the code of {reason.about}, which saves for it, changed",
    reasons.ARGUMENT: lambda reason: _changed(reason.about, reason),
    reasons.OPTION: _option,
    reasons.PACKAGE: _package,
    reasons.INPUT: _input,
    reasons.BASELINE: _baseline,
    reasons.ZENML: lambda reason: f"zenml changed {reason.old} -> {reason.new}",
    reasons.DATA: _data,
    reasons.UNKNOWN: lambda reason: "its earlier execution says too little to compare it with",
}
