"""What `zenml.client` answers, of runs recorded by hand."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client, RunView
from zenml.errors import (
    AlreadyExistsException,
    ArtifactNotFoundError,
    ArtifactStoreError,
    PipelineError,
    PipelineNotFoundError,
    RunError,
    RunNotFoundError,
)
from zenml.metadata import SQLiteMetadataStore, contexts, executions, runs
from zenml.repo import Repository
from zenml.runtime import deletion
from zenml.spec import NodeSpec, PipelineSpec, StepSpec
from zenml.spec_yaml import write as write_spec


@pytest.fixture
def three(recorder: Any) -> Any:
    """A run that succeeded, one that took half from its cache, and one that failed."""
    recorder.begin("first")
    load = recorder.value("first", "load", train=[1, 2], test=[3])
    recorder.value("first", "fit", {"X": load.outputs["train"]}, output={"w": 0.5})
    recorder.end("first")
    recorder.begin("second")
    again = recorder.reuse("second", load)
    recorder.value("second", "fit", {"X": again.outputs["train"]}, output={"w": 0.75})
    recorder.end("second")
    recorder.begin("second-and-a-half")
    recorder.fail("second-and-a-half", "load", "no rows")
    recorder.end("second-and-a-half", "failed", "no rows")
    return recorder


def names(found: list[RunView]) -> list[str]:
    return [run.name for run in found]


def test_runs_come_newest_first(three: Any) -> None:
    pipeline = Client().get_pipeline("p")
    assert names(pipeline.runs) == ["second-and-a-half", "second", "first"]
    assert pipeline.last_run.name == "second-and-a-half"
    assert pipeline.last_successful_run.name == "second"
    assert [run.status for run in pipeline.runs] == ["failed", "completed", "completed"]
    assert pipeline.last_run.error == "no rows"
    assert pipeline.last_run.seconds is not None
    assert pipeline.last_run.start_time <= pipeline.last_run.end_time  # type: ignore[operator]


def test_the_steps_of_a_run_give_their_values(three: Any) -> None:
    steps = Client().get_pipeline_run("second").steps
    assert list(steps) == ["load", "fit"]
    assert [step.status for step in steps.values()] == ["cached", "completed"]
    assert [step.is_cached for step in steps.values()] == [True, False]
    assert steps["fit"].output.load() == {"w": 0.75}
    assert steps["load"].outputs["test"].load() == [3]
    assert steps["fit"].inputs["X"].read() == [1, 2]
    assert steps["fit"].seconds == 0.5


def test_a_step_asked_for_as_an_attribute_is_told_how(three: Any) -> None:
    steps = Client().get_pipeline_run("second").steps
    with pytest.raises(AttributeError, match=r'Write run\.steps\["fit"\]\.'):
        steps.fit  # noqa: B018
    with pytest.raises(AttributeError, match="Did you mean 'fit'"):
        steps.fitt  # noqa: B018
    assert list(copy.copy(steps["fit"].outputs)) == ["output"]


def test_a_pipeline_is_found_by_itself_and_its_class(three: Any) -> None:
    class Flow:
        name = "p"

    p = type("p", (), {})
    assert Client().get_pipeline(Flow()).last_run.name == "second-and-a-half"  # type: ignore[arg-type]
    assert Client().get_pipeline(p).name == "p"
    assert len(Client().list_pipeline_runs(p)) == 3
    with pytest.raises(PipelineError, match="takes a pipeline or its name, not 3"):
        Client().get_pipeline(3)  # type: ignore[arg-type]


def test_where_nothing_ran_yet_a_pipeline_is_said_to_be_known_once_it_did(git_repo: Path) -> None:
    Repository.init_repo()
    with pytest.raises(
        PipelineNotFoundError, match=r"'p'. There are none. A pipeline is known once it ran\.$"
    ):
        Client().get_pipeline("p")


def test_runs_of_what_is_not_there_are_told(three: Any) -> None:
    with pytest.raises(PipelineNotFoundError, match="There is no pipeline 'nope'"):
        Client().list_pipeline_runs("nope")
    with pytest.raises(
        RunError, match="no state 'done' of a run: it is running, completed, failed"
    ):
        Client().list_pipeline_runs(status="done")


def test_of_many_names_five_are_told(three: Any) -> None:
    for number in range(7):
        three.begin(f"more-{number}", "q")
    with pytest.raises(RunNotFoundError) as error:
        Client().get_pipeline_run("x")
    assert "more-6, more-5, more-4, more-3, more-2 and 5 more." in str(error.value)
    with pytest.raises(RunNotFoundError) as error:
        Client().get_pipeline_run("more")
    newest = Client().list_pipeline_runs()[0]
    assert f"the newest is more-6, id {newest.id}." in str(error.value)
    assert Client().get_pipeline_run(newest.id).name == "more-6"


def test_one_output_of_several_has_to_be_named(three: Any) -> None:
    run = Client().get_pipeline_run("first")
    with pytest.raises(ArtifactNotFoundError, match=r"'load' .* has 2 outputs: train, test"):
        run.steps["load"].output  # noqa: B018
    with pytest.raises(ArtifactNotFoundError, match="Did you mean 'train'"):
        run.steps["load"].outputs["trian"]
    with pytest.raises(ArtifactNotFoundError, match=r"read no artifact as 'Y'. There are: X"):
        run.steps["fit"].inputs["Y"]


def test_a_failed_step_says_why_and_has_no_outputs(three: Any) -> None:
    step = Client().get_pipeline_run("second-and-a-half").steps["load"]
    assert (step.status, step.error) == ("failed", "no rows")
    with pytest.raises(ArtifactNotFoundError, match="has no outputs"):
        step.output  # noqa: B018


def test_a_pipelines_name_stands_for_its_newest_run(three: Any) -> None:
    newest = Client().list_pipeline_runs("p")[0]
    assert Client().get_pipeline_run("p").name == newest.name
    with pytest.raises(RunNotFoundError):
        Client().delete_pipeline_run("p")


@pytest.mark.parametrize("words", ["second", "fi", "first"])
def test_a_run_is_found_by_name_prefix_and_id(three: Any, words: str) -> None:
    found = Client().get_pipeline_run(words)
    assert found.name == {"fi": "first"}.get(words, words)
    assert Client().get_pipeline_run(found.id).name == found.name
    assert Client().get_pipeline_run(str(found.id)).name == found.name


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("secnd", "There is no run 'secnd'. Did you mean 'second'"),
        ("zzz", "There are: second-and-a-half, second, first."),
        ("sec", "2 runs begin with 'sec': second-and-a-half, second. Give more letters"),
        ("", "There is no run ''"),
    ],
)
def test_a_run_that_is_not_there_is_told_what_is(three: Any, words: str, says: str) -> None:
    with pytest.raises(RunNotFoundError) as caught:
        Client().get_pipeline_run(words)
    assert says in str(caught.value)


def test_other_names_that_are_not_there(three: Any) -> None:
    client = Client()
    with pytest.raises(PipelineNotFoundError, match="There is no pipeline 'q'"):
        client.get_pipeline("q")
    with pytest.raises(RunNotFoundError, match=r"'lod'. Did you mean 'load'"):
        client.get_pipeline_run("first").steps["lod"]
    with pytest.raises(ArtifactNotFoundError, match="Did you mean 'p::fit::output'"):
        client.get_artifact_version("p::fit::outptu")
    with pytest.raises(ArtifactNotFoundError, match=r"no version '7'. There are: 1, 2"):
        client.load_artifact("p::fit::output", 7)


def test_runs_are_listed_by_pipeline_status_and_number(three: Any) -> None:
    three.begin("other", "q")
    client = Client()
    assert names(client.list_pipeline_runs(limit=2)) == ["other", "second-and-a-half"]
    with pytest.raises(RunError, match="limit is -1; it must be a number of runs"):
        client.list_pipeline_runs(limit=-1)
    for wrong in ("a", 1.5, True):
        with pytest.raises(RunError, match=f"limit is {wrong!r}; it must be a number of runs"):
            client.list_pipeline_runs(limit=wrong)
    assert names(client.list_pipeline_runs(pipeline="q")) == ["other"]
    assert names(client.list_pipeline_runs(status="completed")) == ["second", "first"]
    assert names(client.list_pipeline_runs(status="succeeded")) == ["second", "first"]
    assert names(client.list_pipeline_runs(pipeline="p", status="running")) == []


def test_a_cache_hit_makes_no_new_version(three: Any) -> None:
    client = Client()
    found = {view.name: view.version for view in client.list_artifacts()}
    assert found == {"p::fit::output": "2", "p::load::test": "1", "p::load::train": "1"}
    versions = client.list_artifact_versions("p::fit::output")
    assert [view.version for view in versions] == ["2", "1"]
    assert [view.load()["w"] for view in versions] == [0.75, 0.5]
    assert client.get_artifact_version("p::fit::output", 1).load() == {"w": 0.5}
    assert len(client.list_artifact_versions()) == 4
    reused = client.get_pipeline_run("second").steps["load"].outputs["train"]
    assert (reused.name, reused.version) == ("p::load::train", "1")


def test_an_artifact_knows_where_it_came_from(three: Any) -> None:
    view = Client().get_pipeline_run("second").steps["load"].outputs["train"]
    assert view.run is not None
    assert view.step is not None
    assert (view.run.name, view.step.name) == ("first", "load")
    assert (view.type, view.data_type) == ("ZenMLValue", "builtins.list")
    assert view.uri.startswith(str(three.folder("first", "load", "train")))
    assert view.metadata


def test_what_standard_steps_made_is_an_artifact_too(recorder: Any) -> None:
    for name in ("one", "two"):
        recorder.begin(name, "a pipeline v1.0")
        recorder.typed(name, "trainer", "Model")
        recorder.end(name)
    client = Client()
    (newest,) = client.list_artifacts()
    assert (newest.name, newest.version) == ("a pipeline v1.0::trainer::model", "2")
    assert newest.type == "Model"
    older = client.get_artifact_version(newest.name, 1)
    assert older.run is not None
    assert older.run.name == "one"
    with pytest.raises(ArtifactStoreError, match=r"a pipeline v1.0::trainer::model \(version 2\)"):
        newest.load(int)


def test_an_input_that_takes_a_list_gives_one(recorder: Any) -> None:
    recorder.begin("many")
    made = [recorder.value("many", f"s_{i}", output=i).outputs["output"] for i in range(12)]
    inputs = {f"values[{i}]": found for i, found in enumerate(made)}
    inputs["first"] = made[0]
    recorder.value("many", "total", inputs, output=66)
    inputs = Client().get_pipeline_run("many").steps["total"].inputs
    assert [view.load() for view in inputs["values"]] == list(range(12))
    assert inputs["first"].load() == 0


def test_the_log_of_a_cached_step_is_where_it_really_ran(recorder: Any) -> None:
    recorder.begin("first")
    log = recorder.folder("first", "logs", "load.log")
    log.parent.mkdir(parents=True)
    log.write_text("42 rows\n")
    load = recorder.value("first", "load", output=1, _zenml_log=str(log))
    silent = recorder.value("first", "tell", _zenml_log=str(log.with_name("none")))
    recorder.begin("second")
    recorder.reuse("second", load)
    recorder.reuse("second", silent)
    steps = Client().get_pipeline_run("second").steps
    assert steps["load"].logs == "42 rows\n"
    assert steps["tell"].logs == ""


def test_metadata_and_tags_are_given_back(recorder: Any) -> None:
    recorder.begin("first", zenml_tags='["nightly"]', zenml_user_metadata='{"n": 3}')
    recorder.value("first", "load", output=[1, 2, 3], _zenml_user_metadata='{"rows": 3}')
    run = Client().get_pipeline_run("first")
    assert (run.tags, run.metadata) == (["nightly"], {"n": 3, "rows": 3})
    assert run.steps["load"].run_metadata == {"rows": 3}
    assert run.steps["load"].output.run_metadata["length"] == 3


def test_parameters_come_from_the_file_that_ran(recorder: Any) -> None:
    repo = Repository.get_instance()
    node = NodeSpec("load", "python_step", StepSpec("steps.load", "unpinned", {"rows": 3}))
    spec = PipelineSpec("p", "steps", "flows.p", "unpinned", (node,), parameters={"lr": 0.1})
    path = write_spec(spec, repo.get_default_pipelines_dir())
    recorder.begin("first", zenml_file=path.relative_to(repo.path).as_posix())
    recorder.value("first", "load", output=1)
    run = Client().get_pipeline_run("first")
    assert run.parameters == {"lr": 0.1}
    assert run.steps["load"].parameters == {"rows": 3}
    path.unlink()
    gone = Client().get_pipeline_run("first")
    assert (gone.parameters, gone.steps["load"].parameters) == ({}, {})


def test_pipelines_are_listed_from_their_files(recorder: Any) -> None:
    repo = Repository.get_instance()
    folder = repo.get_default_pipelines_dir()
    write_spec(PipelineSpec("b", "steps", "flows.b", "unpinned"), folder)
    write_spec(PipelineSpec("a", "steps", "flows.a", "unpinned"), folder)
    write_spec(PipelineSpec("hidden", "unlisted", "flows.c", "unpinned"), folder)
    write_spec(PipelineSpec("b", "unlisted", "flows.other", "unpinned"), folder)
    recorder.begin("seen", "a")
    recorder.begin("unseen", "a", zenml_unlisted=1)
    client = Client()
    assert [found.name for found in client.list_pipelines()] == ["a", "b"]
    assert repo.get_pipeline_names() == ["a", "b"]
    assert repo.pipeline_record("b").spec.source == "flows.b"
    assert repo.pipeline_record("hidden").spec.source == "flows.c"
    assert names(client.get_pipeline("a").runs) == ["seen"]
    with pytest.raises(RunNotFoundError, match="Pipeline 'b' has no run yet"):
        client.get_pipeline("b").last_run  # noqa: B018
    with pytest.raises(PipelineNotFoundError, match="There are: a, b"):
        client.get_pipeline("hidden")


def test_files_that_are_gone_are_said_so(three: Any) -> None:
    view = Client().get_artifact_version("p::fit::output")
    (path,) = three.folder("second", "fit", "output").iterdir()
    for file in path.iterdir():
        file.unlink()
    path.rmdir()
    with pytest.raises(ArtifactStoreError, match="not in the artifact store any more"):
        view.load()


def test_values_are_saved_by_hand(recorder: Any) -> None:
    client = Client()
    first = client.save_artifact([1, 2], "numbers", tags=["small"])
    assert (first.name, first.version, first.tags) == ("numbers", "1", ["small"])
    assert (first.run, first.step) == (None, None)
    assert client.save_artifact([3], "numbers").version == "2"
    given = client.save_artifact([4], "numbers", version="final")
    assert client.load_artifact("numbers") == [4]
    assert client.load_artifact("numbers", "final") == [4]
    assert client.load_artifact("numbers", 1) == [1, 2]
    assert client.save_artifact([5], "numbers", version=9).version == "9"
    assert client.save_artifact([6], "numbers").version == "10"
    assert given.bytes > 0


def test_a_version_is_given_once(recorder: Any) -> None:
    client = Client()
    client.save_artifact(1, "n")
    for version in ("1", 1):
        with pytest.raises(AlreadyExistsException, match="the next number is 2"):
            client.save_artifact(2, "n", version=version)
    assert client.load_artifact("n") == 1


def test_what_cannot_be_saved_leaves_nothing(recorder: Any) -> None:
    with pytest.raises(ArtifactStoreError):
        Client().save_artifact((i for i in range(3)), "generator")
    with pytest.raises(ArtifactStoreError, match="give it a name"):
        Client().save_artifact(1, "")
    assert Client().list_artifacts() == []
    assert not list(Path(recorder.workspace.artifacts.uri).glob(".saved/*"))


def test_asking_imports_neither_tensorflow_nor_pandas(three: Any) -> None:
    code = """
from zenml.client import Client
for view in Client().list_artifacts():
    view.load(), view.run, view.version, view.metadata
Client().get_pipeline("p").last_run.steps
import sys
heavy = {"tensorflow", "tfx", "apache_beam", "pandas", "pyarrow", "git"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_run_that_tfx_itself_left_is_shown(recorder: Any) -> None:
    contexts.ensure(recorder.store, contexts.PIPELINE_RUN, "2026-01-01T00:00:00")
    (found,) = Client().list_pipeline_runs()
    assert (found.name, found.status, list(found.steps)) == ("2026-01-01T00:00:00", "unknown", [])


def test_a_pipeline_with_a_store_of_its_own_is_asked_there(recorder: Any) -> None:
    repo = Repository.get_instance()
    other = SQLiteMetadataStore(uri=".zenml/other.db").at(repo.path)
    spec = PipelineSpec("b", "steps", "f.b", "unpinned", metadata_store=other.to_config())
    write_spec(spec, repo.get_default_pipelines_dir())
    recorder.begin("here")
    runs.start(other.open(), name="there", pipeline="b", file="")
    client = Client()
    assert names(client.list_pipeline_runs()) == ["there", "here"]
    assert names(client.get_pipeline("b").runs) == ["there"]
    assert client.get_pipeline_run("ther").name == "there"


def test_a_deleted_result_is_no_cache_hit(recorder: Any) -> None:
    recorder.begin("first")
    recorder.value("first", "tell", _fingerprint="abc")
    recorder.end("first")
    assert executions.candidates(recorder.store, "abc")
    deletion.delete_run(recorder.store, Client().get_pipeline_run("first").record)
    assert not executions.candidates(recorder.store, "abc")
