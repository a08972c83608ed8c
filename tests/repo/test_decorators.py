from __future__ import annotations

import pytest

from zenml.repo.imports import read_imports
from zenml.repo.versions import version_of

STEP = "{imports}\n{decorator}\ndef f(x: int) -> int:\n    return x\n"


@pytest.mark.parametrize(
    ("imports", "one", "other"),
    [
        ("from zenml import step", "@step", "@step(enable_cache=False)"),
        ("from zenml import pipeline, step", "@pipeline()", "@pipeline(\n    name='ä',\n)"),
        ("from zenml.steps import step as s", "@s", "@s(retry=R(\n    max_retries=2))"),
        ("import zenml", "@zenml.step", "@zenml.step()"),
        ("import zenml.steps", "@zenml.steps.step(a=1)", "@zenml.steps.step(a=2)"),
        ("from zenml import steps", "@steps.step(a=1)", "@steps.step(a=2)"),
        ("from zenml import step\r\n", "@step(a=1)\r\n@other", "@step\r\n@other"),
    ],
)
def test_what_decorates_a_step_does_not_count(git_repo, commit, write, imports, one, other):
    commit({"mine.py": STEP.format(imports=imports, decorator=one)})
    before = version_of("mine.f")
    write({"mine.py": STEP.format(imports=imports, decorator=other)})
    after = version_of("mine.f")
    assert after.digest == before.digest
    assert (before.is_pinned, after.is_pinned) == (True, False)


@pytest.mark.parametrize(
    ("imports", "one", "other"),
    [
        ("from zenml import step", "@step\n@scaled(1)", "@step\n@scaled(2)"),
        ("from mine_too import step", "@step(1)", "@step(2)"),
        ("from zenml import step\nimport mine_too", "@mine_too.step(1)", "@mine_too.step(2)"),
        ("from . import step", "@step(1)", "@step(2)"),
        ("from zenml import step", "@step", "X = 1\n@step"),
        ("import zenml", "@zenml.tool(1)", "@zenml.tool(2)"),
    ],
)
def test_all_else_counts(git_repo, commit, imports, one, other):
    commit({"mine.py": STEP.format(imports=imports, decorator=one)})
    before = version_of("mine.f").digest
    commit({"mine.py": STEP.format(imports=imports, decorator=other)})
    assert version_of("mine.f").digest != before


def test_sources_that_are_odd():
    source = b"# coding: latin-1\nfrom zenml import step\n@step(name='\xe4')\ndef f(): ..."
    assert read_imports(source).undecorated == ""
    assert read_imports(b"from zenml import step\n@step\ndef f(").undecorated == ""
    assert read_imports(b"@step\ndef f(): ...").undecorated == ""
    assert read_imports("\ufefffrom zenml import step\n@step\ndef f(): ...".encode()).undecorated
