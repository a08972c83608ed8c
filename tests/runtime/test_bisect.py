"""Bisecting pipelines of free steps, whose results are cheap."""

from __future__ import annotations

import pytest

from tests.runtime.worsening import PIPELINE, Project, helper
from zenml.client import Client
from zenml.errors import (
    BisectError,
    MetricNotFoundError,
    PipelineNotFoundError,
    RunNotFoundError,
    VersionNotFoundError,
)

pytestmark = pytest.mark.slow


def test_the_commit_is_named_with_its_diff(project: Project) -> None:
    project.commit(count=6)
    project.commit(helper(0.91), count=5)
    culprit = project.commit({**helper(0.5), "notes.txt": "unlucky"}, count=9)
    project.run()
    found = project.bisect()
    assert found.commit is not None
    assert found.commit.sha == culprit
    assert (found.commit.author, found.commit.subject) == ("Ada", "Commit 12")
    assert found.values == (pytest.approx(0.92), pytest.approx(0.51))
    assert found.change is not None
    assert found.change.before == project.shas[11]
    assert found.change.files == ["helper.py"]
    assert found.change.others == ["notes.txt"]
    assert found.change.diff.index("-QUALITY = 0.91") < found.change.diff.index("+unlucky")
    assert found.executed == {"train": 2, "evaluate": 2}
    assert len(found.runs) == 2
    assert found.trials[project.shas[-1]].run == ""  # the run of today had told
    again = project.bisect()
    assert again.commit == found.commit
    assert again.executed == {}


def test_nothing_of_the_repository_changes(project: Project) -> None:
    project.commit(helper(0.5), count=3)
    project.run()
    (project.root / "helper.py").write_text("edited, not committed")
    project.git("stash")
    (project.root / "training.py").write_text("a syntax error")
    before = project.state()
    assert project.bisect().commit is not None
    assert project.state() == before
    assert [run.pipeline_name for run in Client().list_pipeline_runs()].count("quality") == 1


def test_commits_that_cannot_run_are_skipped(project: Project) -> None:
    project.commit(count=2)
    broken = project.commit(helper(0.9, "import nowhere\n"), count=3)
    failing = project.commit(helper("'much'"), count=2)
    renamed = PIPELINE.replace("evaluate(", "judge(")
    without = project.commit({"qualities.py": renamed, **helper(0.9)}, count=2)
    project.commit({"qualities.py": PIPELINE})
    culprit = project.commit(helper(0.5), count=3)
    project.run()
    found = project.bisect()
    assert found.commit is not None
    assert found.commit.sha == culprit
    reasons = {}
    for sha in (broken, failing, without):
        with pytest.raises(BisectError) as error:
            project.bisect(good=sha)
        reasons[sha] = str(error.value)
    assert "No module named 'nowhere'" in reasons[broken]
    assert "Step `train` failed: TypeError" in reasons[failing]
    assert "it has no step `evaluate`, but train, judge" in reasons[without]
    assert "no submodules. Name another good commit" in reasons[broken]


READING = """
from helper import QUALITY
from zenml.steps import step

@step
def train(rows: int) -> float:
    return QUALITY + len(open("data.txt").read()) / 100
"""


def test_commits_that_lack_a_file_do_not_hide_the_others(project: Project) -> None:
    good = project.commit({"training.py": READING, "data.txt": "12345"}, count=2)
    project.commit(helper(0.91), count=2)
    project.git("rm", "--quiet", "data.txt")
    project.commit(count=6)
    project.commit({"data.txt": "12345"}, count=3)
    culprit = project.commit(helper(0.5), count=3)
    project.run()
    found = project.bisect(good=good)
    assert found.commit is not None
    assert found.commit.sha == culprit
    skipped = [trial for trial in found.trials.values() if trial.verdict == "skipped"]
    assert skipped
    assert "FileNotFoundError" in skipped[0].reason


def test_code_that_does_not_run_is_not_tried_for_ever(project: Project) -> None:
    project.commit(helper(0.5, "import nowhere\n"), count=12)
    project.commit(helper(0.5), count=2)
    project.run()
    found = project.bisect()
    assert len(found.commits) == 13
    assert [trial.verdict for trial in found.trials.values()].count("skipped") == 3


def test_a_culprit_among_skipped_commits_is_one_of_several(project: Project) -> None:
    first = project.commit(helper(0.5, "import nowhere\n"), count=3)
    last = project.commit(helper(0.5), count=2)
    project.run()
    found = project.bisect()
    assert found.commit is None
    assert found.change is None
    position = project.shas.index(first)
    expected = project.shas[position : project.shas.index(last) + 1]
    assert sorted(commit.sha for commit in found.commits) == sorted(expected)
    assert {trial.verdict for trial in found.trials.values()} == {"good", "bad", "skipped"}


def test_metrics_that_a_step_logged(project: Project) -> None:
    culprit = project.commit(helper(0.5), count=2)
    project.run()
    with pytest.raises(BisectError, match=r"error is 0\.09 .* and 0\.49 .* which is better.* Swap"):
        project.bisect("error")
    found = project.bisect("error", lower_is_better=True)
    assert found.commit is not None
    assert found.commit.sha == culprit
    assert found.step == "evaluate"


def test_the_limit_decides(project: Project) -> None:
    slightly = project.commit(helper(0.85), count=2)
    badly = project.commit(helper(0.5), count=2)
    project.run()
    found = {
        "middle": project.bisect(),
        "drop": project.bisect(drop=0.02),
        "threshold": project.bisect(threshold=0.8),
    }
    named = {key: one.commit.sha if one.commit else one for key, one in found.items()}
    assert named == {"middle": badly, "drop": slightly, "threshold": badly}
    with pytest.raises(BisectError, match=r"the limit 0\.1 does not part them"):
        project.bisect(threshold=0.1)


def test_what_cannot_be_searched_is_said(project: Project) -> None:
    project.commit(helper(0.5), count=2)
    with pytest.raises(PipelineNotFoundError, match="no pipeline 'quality'"):
        project.bisect()
    project.run()
    with pytest.raises(MetricNotFoundError, match="Did you mean 'error'"):
        project.bisect("errors")
    with pytest.raises(MetricNotFoundError, match="Only evaluators give slices"):
        project.bisect(slice={"island": "Biscoe"})
    with pytest.raises(
        MetricNotFoundError, match=r"train\.output, evaluate|evaluate\.output, train"
    ):
        project.bisect("output")
    with pytest.raises(VersionNotFoundError, match="no commit 'v7'"):
        project.bisect(good="v7")
    with pytest.raises(RunNotFoundError, match="no run 'monday' that succeeded"):
        project.bisect(run="monday")
    with pytest.raises(BisectError, match="Did you swap them"):
        project.bisect(good="HEAD", bad=project.shas[0])
    with pytest.raises(BisectError, match="the same as the good one"):
        project.bisect(good="HEAD")
    assert project.bisect("train.output").step == "train"


def test_a_good_commit_on_another_branch(project: Project) -> None:
    project.commit(count=2)
    project.git("checkout", "--quiet", "-b", "fixed")
    good = project.commit({"notes.txt": "of the branch"})
    project.git("checkout", "--quiet", "main")
    culprit = project.commit(helper(0.5), count=3)
    project.git("merge", "--quiet", "--no-edit", "-X", "ours", "fixed")
    project.run()
    found = project.bisect(good=good)
    assert found.commit is not None
    assert found.commit.sha == culprit


def test_good_after_a_bad_fork_is_refused(project: Project) -> None:
    fork = project.commit(helper(0.5))
    project.git("checkout", "--quiet", "-b", "fixed")
    good = project.commit(helper(0.9))
    project.git("checkout", "--quiet", "main")
    project.commit({"more.txt": ""})
    project.run()
    with pytest.raises(BisectError, match=f"part at {fork[:12]}, which is bad as well"):
        project.bisect(good=good)
