"""Why a node ran whose code is another one: files, commits, packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runtime.tried import CODE, Tried
from zenml.metadata import code, parts
from zenml.repo import packages
from zenml.runtime import reasons
from zenml.runtime.reasons import Explanation, Reason
from zenml.runtime.why_text import line
from zenml.runtime.workspace import Workspace


def test_a_file_with_the_newest_commit_that_touched_it(tried: Tried) -> None:
    tried.run()
    tried.commit({"helper.py": "SCALE = 3\n"}, "Not yet")
    sha = tried.commit({"helper.py": "SCALE = 4\n"}, "Scale by four")
    tried.commit({"README.md": "Elsewhere.\n"}, "Unrelated")
    told = tried.run()
    reason = told["load"].reasons[0]
    assert (reason.kind, reason.about) == (reasons.CODE, "helper.py")
    commit = reason.facts["commit"]
    assert (commit["sha"], commit["author"], commit["subject"]) == (sha, "Ada", "Scale by four")
    said = f"helper.py changed in {sha[:7]} (Ada, {commit['date'][:10]}: Scale by four)"
    assert tried.lines[0] == f"load: ran because {said}"


def test_files_that_changed_together_are_told_together(tried: Tried) -> None:
    tried.run()
    Path("helper.py").unlink()
    renamed = CODE.replace("from helper", "from aid")
    sha = tried.commit({"mine.py": renamed, "aid.py": "SCALE = 2\n"}, "Rename")
    told = tried.run()
    changes = {reason.about: reason.facts.get("change") for reason in told["load"].reasons}
    assert changes == {"aid.py": "new", "helper.py": "gone", "mine.py": None}
    files = f"aid.py, helper.py and mine.py changed in {sha[:7]}"
    assert tried.lines[0].startswith(f"load: ran because {files} (Ada, ")


def test_a_file_that_is_not_imported_any_more_has_no_commit(tried: Tried) -> None:
    tried.run()
    tried.commit({"mine.py": CODE.replace("from helper import SCALE", "SCALE = 2")}, "Inline")
    first, second = tried.run()["load"].reasons
    assert (first.about, first.facts) == ("helper.py", {"change": "gone"})
    assert second.facts["commit"]["subject"] == "Inline"


def test_an_edit_that_is_not_committed(tried: Tried, write: Any) -> None:
    tried.run()
    write({"helper.py": "SCALE = 5\n"})
    told = tried.run()
    assert told["load"].reasons == (told["fit"].reasons[0],)
    assert tried.lines[0] == "load: ran because helper.py changed (not committed)"
    recorded = parts.of(tried.pipelines.executions("r2")["load"])
    assert recorded is not None
    found = code.read(Workspace.default().store(), recorded.code)
    assert found is not None
    assert sorted(found.files) == ["helper.py", "mine.py"]
    assert "-SCALE = 2\n+SCALE = 5" in found.diff


def test_an_edit_that_is_committed_after_it_ran_is_nothing_new(tried: Tried, write: Any) -> None:
    write({"helper.py": "SCALE = 5\n"})
    tried.run()
    tried.commit(message="As it ran")
    assert tried.run() == {}


def test_the_edit_of_a_decorator_is_no_reason(tried: Tried) -> None:
    tried.run()
    changed = CODE.replace("@step\ndef load", "@step(enable_cache=True)\ndef load")
    tried.commit({"mine.py": changed, "helper.py": "SCALE = 3\n"}, "Both")
    assert [reason.about for reason in tried.run()["load"].reasons] == ["helper.py"]


def test_history_that_was_rewritten_is_no_obstacle(tried: Tried, git: Any) -> None:
    tried.run()
    git("checkout", "--quiet", "--orphan", "other")
    sha = tried.commit({"helper.py": "SCALE = 9\n"}, "All anew")
    git("branch", "--quiet", "-D", "main")
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "--quiet", "--prune=now")
    assert tried.run()["load"].reasons[0].facts["commit"]["sha"] == sha


def test_another_step_in_the_same_place(tried: Tried) -> None:
    tried.run()
    text = CODE + "\n@step\ndef load_more() -> int:\n    return 4\n"
    tried.commit({"mine.py": text}, "More")
    tried.run(load="load_more")
    assert tried.lines[0].startswith(
        "load: ran because its step changed load -> load_more; rows is gone, was 3"
    )


def test_a_package(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    tried.commit({"helper.py": "import click\nSCALE = 2\n"})
    tried.run()
    installed = packages.version("click")
    monkeypatch.setattr(packages, "version", lambda name: "0.1" if name == "click" else None)
    packages._distributions_of.cache_clear()
    told = tried.run()
    packages._distributions_of.cache_clear()
    assert told["load"].reasons == (Reason(reasons.PACKAGE, "click", installed, "0.1"),)
    assert tried.lines[0] == f"load: ran because package click changed {installed} -> 0.1"


def test_another_zenml(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    tried.run()
    monkeypatch.setattr("zenml.runtime.fingerprint.__version__", "99.0")
    told = tried.run()
    assert [reason.kind for reason in told["load"].reasons] == [reasons.ZENML]
    assert tried.lines[0].endswith(" -> 99.0")


def test_the_code_of_a_digest_is_recorded_once(tried: Tried) -> None:
    tried.run()
    tried.run(hidden_layers=[32])
    store = Workspace.default().store()
    assert len(store.get_contexts_by_type(code.KIND)) == 1


def test_the_file_that_an_argument_names() -> None:
    digests = {"vocab": "a" * 64, "merges": "b" * 64}
    changed = Reason(reasons.OPTION, "files", digests, {**digests, "vocab": "c" * 64})
    assert line(Explanation((changed,))) == "the content of the file in its vocab changed"
    new = Reason(reasons.OPTION, "files", None, digests, {"change": "new"})
    assert line(Explanation((new,))) == "the content of the file in its merges and vocab changed"
