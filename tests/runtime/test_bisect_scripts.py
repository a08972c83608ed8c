"""A search through commits that changed what the pipeline is made by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.worsening import PIPELINE, TRAINING, Project, helper
from zenml.client import Client
from zenml.errors import (
    BisectError,
)

pytestmark = pytest.mark.slow

DEPLOYING = """
import os
from qualities import evaluate
from training import train
from zenml.pipelines import pipeline
from zenml.steps import step

def note(text):
    with open(os.environ["NOTES"], "a") as file:
        print(text, file=file)

def praise():
    note("well done")

@step
def deploy(model: float) -> None:
    note("deployed")

@pipeline
def quality():
    deploy(evaluate.with_options(on_success=praise)(train(10)))

if __name__ == "__main__":
    quality()
"""


def test_nothing_is_deployed_and_nobody_told(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES", str(tmp_path / "notes"))
    project.commit({"deploying.py": DEPLOYING})
    project.commit(helper(0.91), count=2)
    project.commit(helper(0.5), count=2)
    project.run(script="deploying.py")
    assert project.bisect(good=project.shas[1]).executed == {"train": 2, "evaluate": 2}
    assert (tmp_path / "notes").read_text() == "well done\ndeployed\n"
    names = [view.name for view in Client().list_artifact_versions("quality::train::output")]
    assert names == ["quality::train::output"]


def test_a_default_that_was_changed_is_found(project: Project) -> None:
    project.commit(count=2)
    culprit = project.commit({"training.py": TRAINING.replace("0.0", "-0.3")}, count=3)
    project.run()
    found = project.bisect()
    assert found.commit is not None
    assert found.commit.sha == culprit


def test_what_the_run_was_given_stays(project: Project) -> None:
    culprit = project.commit({"qualities.py": PIPELINE.replace("= 10", "= 100")}, count=2)
    project.run("rows=20")
    with pytest.raises(BisectError, match=r"evaluate is 0\.92 at .* nothing moved it"):
        project.bisect()
    project.run()
    found = project.bisect(lower_is_better=True)
    assert found.commit is not None
    assert found.commit.sha == culprit


def test_parameters_that_a_configuration_set_stay(project: Project) -> None:
    configured = PIPELINE.replace(
        "    quality(**", '    quality.with_options(config_path="run.yaml")(**'
    )
    project.commit({"qualities.py": configured}, count=2)
    culprit = project.commit(helper(0.5), count=2)
    (project.root / "run.yaml").write_text("steps: {train: {parameters: {bonus: 0.05}}}")
    project.run()
    found = project.bisect(good=project.shas[1])
    assert found.commit is not None
    assert found.commit.sha == culprit
    assert found.values == (pytest.approx(0.96), pytest.approx(0.56))


CONNECTED = """
from training import train
from zenml.pipelines import BasePipeline
from zenml.steps import BaseStep

class Load(BaseStep):
    def __init__(self, rows: int = 10, **kwargs):
        self.rows = rows
        super().__init__(**kwargs)

    def entrypoint(self) -> int:
        return self.rows

class Quality(BasePipeline):
    def connect(self, loader, trainer):
        trainer(loader())

if __name__ == "__main__":
    Quality(loader=Load(), trainer=train(), name="quality").run()
"""


def test_steps_of_a_class_are_frozen_anew(project: Project) -> None:
    project.commit({"connected.py": CONNECTED}, count=3)
    project.commit({"connected.py": CONNECTED.replace("rows: int = 10", "rows: int = 20")})
    culprit = project.commit({"training.py": TRAINING.replace("= 0.0", "= -0.5")}, count=3)
    project.run(script="connected.py")
    found = project.bisect("trainer", good=project.shas[1])
    assert found.commit is not None
    assert found.commit.sha == culprit
    assert found.values == (pytest.approx(0.92), pytest.approx(0.42))


BUILT = CONNECTED.replace(
    """if __name__ == "__main__":
    Quality(loader=Load(), trainer=train(), name="quality").run()
""",
    """
pipeline = Quality(loader=Load(rows=10), trainer=train(), name="quality")

def build():
    return pipeline

if __name__ == "__main__":
    pipeline.run()
""",
)


def test_arguments_of_a_script_are_those_of_the_commit(project: Project) -> None:
    project.commit({"built.py": BUILT}, count=3)
    culprit = project.commit({"built.py": BUILT.replace("rows=10", "rows=-300")}, count=2)
    project.run(script="built.py")
    good = project.shas[1]
    with pytest.raises(BisectError, match=r"--from MODULE\.NAME"):
        project.bisect("trainer", good=good)
    for source in ("built.pipeline", "built.build"):
        found = project.bisect("trainer", good=good, built_by=source)
        assert found.commit is not None
        assert found.commit.sha == culprit
        assert found.change is not None
        assert found.change.files == ["built.py"]
    with pytest.raises(BisectError, match="gives no pipeline, but"):
        project.bisect("trainer", good=good, built_by="built.Load")
