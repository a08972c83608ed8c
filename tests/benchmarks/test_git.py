"""The measurement in a large repository, in a small one."""

from __future__ import annotations

import pytest

from benchmarks.git import report, repositories, run
from benchmarks.measure import Measurement


def test_every_work_is_done_and_shown_beside_its_aim(tmp_path):
    said: list[str] = []

    def line(system: str, rows: int, name: str, cost: Measurement) -> None:
        said.append(name)

    result = run.run_git(1, line, commits=9, files=60, pipelines=30, folder=tmp_path / "git")
    assert said[-2:] == ["steps, first", "steps, again"]
    version, steps = report.tables(result)
    assert version.title == "Closure and version of a step: 9 commits, 60 files"
    assert ("whole process, cold", "300 ms") in [(row[0], row[3]) for row in version.rows]
    assert [row[0] for row in steps.rows][-1] == "asked again in the process"
    assert result["works"]["version"]["files"] == repositories.CLOSURE


def test_files_of_pipelines_are_as_a_run_writes_them(tmp_path):
    from zenml import spec_yaml

    repositories.make_pipelines(tmp_path, 25)
    files = sorted((tmp_path / "pipelines").iterdir())
    assert len(files) == 25
    found = [spec_yaml.read(file) for file in files]
    assert [spec_yaml.file_name(spec) for spec in found] == [file.name for file in files]
    for spec, file in zip(found, files, strict=True):
        text, own = file.read_text(), spec_yaml.to_yaml(spec)
        assert [line for line in text.split("\n") if not line.startswith("written:")] == [
            line for line in own.split("\n") if not line.startswith("written:")
        ]
    assert len({spec.version for spec in found}) == repositories.versions_of_step(25) == 3


def test_a_wrong_answer_ends_the_measurement(tmp_path, monkeypatch):
    monkeypatch.setattr(repositories, "versions_of_step", lambda count: 7)
    with pytest.raises(SystemExit, match="not 7"):
        run.run_git(1, lambda *_: None, commits=2, files=60, pipelines=1, folder=tmp_path / "git")
