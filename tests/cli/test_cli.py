"""The command line: what it answers, how its errors end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml import spec_yaml
from zenml.cli.main import _INSIDE
from zenml.metadata import SQLiteMetadataStore, runs
from zenml.repo import Repository
from zenml.repo.datasources import register_datasource
from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec, StepSpec
from zenml.version import __version__

SHA = "0123456789abcdef" * 2 + "01234567"


Zenml = Callable[..., Any]


@pytest.fixture
def repo(git_repo: Path) -> Repository:
    """An initialised repository."""
    return Repository.init_repo()


def pipeline(name: str, **args: Any) -> PipelineSpec:
    source = "zenml.datasources.csv.CSVDatasource"
    step = StepSpec("steps.split.A_step_with_a_rather_long_name", SHA, {"ratio": 0.5, **args})
    return PipelineSpec(
        name,
        "training",
        "zenml.pipelines.training.TrainingPipeline",
        f"zenml_{__version__}",
        nodes=(NodeSpec("split", "split_gen", step),),
        datasource=DatasourceSpec("birds", source, "zenml_1", {"path": "data.csv"}, "c" * 40),
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a failed and a successful run."""
    path = tmp_path_factory.mktemp("recorded") / "metadata.db"
    store = SQLiteMetadataStore(uri=str(path)).open()
    for number, state in enumerate([runs.FAILED, runs.SUCCEEDED]):
        context = runs.start(store, name=f"penguins-{number}", pipeline="penguins", file="f")
        runs.finish(store, context, state, "because" if state == runs.FAILED else "")
    return path


@pytest.fixture
def used(repo: Repository, recorded: Path) -> Repository:
    """A repository in which two pipelines ran."""
    folder = repo.get_default_pipelines_dir()
    spec_yaml.write(pipeline("penguins"), folder)
    spec_yaml.write(pipeline("a pipeline with a name of its own", other=True), folder)
    database = repo.get_default_metadata_store().path  # type: ignore[attr-defined]
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(recorded, database)
    register_datasource(pipeline("penguins").datasource)  # type: ignore[arg-type]
    return repo


QUESTIONS = [
    ["status"],
    ["pipeline", "list"],
    ["pipeline", "get", "penguins"],
    ["step", "list"],
    ["datasource", "list"],
    ["datasource", "get", "birds"],
]


def test_a_command_that_stands_in_a_group_is_found_there(zenml: Zenml) -> None:
    for name, group in _INSIDE.items():
        assert f"Did you mean '{group} {name}'?" in zenml(name).err
        inside = zenml(*group.split()[1:], name, "--help")
        assert (inside.status, inside.err) == (0, "")


def test_the_version_is_printed(zenml: Zenml) -> None:
    assert zenml("version") == (0, f"{__version__}\n", "")
    assert __version__ in zenml("--version").out


@pytest.mark.parametrize(
    "words", [[], ["pipeline"], ["pipeline", "run"], ["datasource", "commit"], ["init"], ["step"]]
)
def test_help_says_what_there_is(zenml: Zenml, words: list[str]) -> None:
    for option in ("--help", "-h"):
        answer = zenml(*words, option)
        assert answer.status == 0
        assert answer.out.startswith("Usage: zenml")


def test_init_says_where(zenml: Zenml, git_repo: Path) -> None:
    answer = zenml("init")
    assert answer == (0, f"Initialised a zenml repository in {git_repo}.\n", "")
    assert ".zenml/" in (git_repo / ".gitignore").read_text()
    again = f"There is a zenml repository in {git_repo} already: its settings"
    assert zenml("init") == (0, f"{again} stay.\n", "")
    changed = zenml("init", "--pipelines_dir", "flows")
    assert changed == (0, f"{again} are as given now.\n", "")
    assert (git_repo / ".gitignore").read_text().count(".zenml/") == 1


def test_a_script_is_told_to_be_run_with_python(zenml: Zenml, repo: Repository) -> None:
    Path("my train.py").write_text("raise SystemExit\n")
    answer = zenml("pipeline", "run", "my train.py")
    assert answer.status == 1
    assert answer.err == (
        "Error: my train.py is a Python file: run it with `python 'my train.py'`.\n"
    )


def test_times_are_shown_in_one_form(zenml: Zenml, used: Repository) -> None:
    shown = json.loads(zenml("pipeline", "get", "penguins", "--output", "json").out)
    for time in (shown["written"], shown["runs"][0]["started"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", time)


def test_a_pipeline_is_deleted_without_a_question(zenml: Zenml, used: Repository) -> None:
    assert zenml("pipeline", "delete", "penguins", "-y").status == 0
    listed = json.loads(zenml("pipeline", "list", "--output", "json").out)
    assert [row["name"] for row in listed] == ["a pipeline with a name of its own"]


def test_init_takes_the_options_of_old(zenml: Zenml, git_repo: Path) -> None:
    (git_repo / "sub").mkdir()
    answer = zenml(
        "init", "--repo_path", str(git_repo / "sub"), "--pipelines_dir", "flows",
        "--analytics_opt_in", "false", "--artifact_store", "store",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    settings = json.loads(zenml("status", "--output", "json").out)
    assert settings["pipelines"] == "flows"
    assert settings["artifact store"] == "store"


@pytest.mark.parametrize("words", [*QUESTIONS, ["init"], ["datasource", "commit", "birds"]])
def test_outside_git_it_says_how_to_go_on(
    zenml: Zenml, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = zenml(*words)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("Error: ")
    assert "git init" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("words", [*QUESTIONS, ["datasource", "commit", "birds"]])
def test_before_init_it_says_to_init(zenml: Zenml, git_repo: Path, words: list[str]) -> None:
    answer = zenml(*words)
    assert (answer.status, answer.out) == (1, "")
    assert "zenml init" in answer.err
    assert not (git_repo / ".zenml").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pipeline", "list"], "No pipeline has run here yet."),
        (["step", "list"], "No step has run here yet."),
        (["datasource", "list"], "No datasource has been committed here yet."),
    ],
)
def test_an_empty_repository_says_so(
    zenml: Zenml, repo: Repository, words: list[str], says: str
) -> None:
    assert zenml(*words) == (0, f"{says}\n", "")
    answer = zenml(*words, "--output", "json")
    assert json.loads(answer.out) == []


def test_status_works_before_anything_ran(zenml: Zenml, repo: Repository) -> None:
    answer = zenml("status")
    assert answer.status == 0, answer.err
    assert str(repo.path) in answer.out
    assert json.loads(zenml("status", "--output", "json").out)["last runs"] == []


def test_status_works_before_the_first_commit(
    zenml: Zenml, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], check=True)
    assert zenml("init").status == 0
    assert json.loads(zenml("status", "--output", "json").out)["commit"] is None
    assert zenml("status").status == 0


@pytest.mark.parametrize("words", QUESTIONS)
def test_tables_fit_the_terminal(
    zenml: Zenml, used: Repository, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = zenml(*words)
    assert (answer.status, answer.err) == (0, "")
    table = answer.out.partition("──")
    assert table[1] or words[0] == "datasource"
    assert all(len(line.rstrip()) <= 80 for line in table[2].splitlines())
    assert "\x1b" not in answer.out


@pytest.mark.parametrize("words", QUESTIONS)
def test_json_holds_the_same_whole(zenml: Zenml, used: Repository, words: list[str]) -> None:
    answer = zenml(*words, "--output", "json")
    assert (answer.status, answer.err) == (0, "")
    assert json.loads(answer.out)


@pytest.mark.parametrize("words", QUESTIONS)
def test_questions_are_answered_in_every_folder(
    zenml: Zenml, used: Repository, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    above = zenml(*words, "--output", "json")
    (used.path / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(used.path / "deep" / "down")
    assert zenml(*words, "--output", "json") == above


def test_pipelines_are_listed_with_their_files(zenml: Zenml, used: Repository) -> None:
    rows = json.loads(zenml("pipeline", "list", "--output", "json").out)
    assert [row["name"] for row in rows] == ["a pipeline with a name of its own", "penguins"]
    assert (rows[1]["type"], rows[1]["datasource"]) == ("training", "birds")
    assert (used.path / rows[1]["file"]).is_file()


def test_a_pipeline_is_shown_with_its_steps_and_runs(zenml: Zenml, used: Repository) -> None:
    found = json.loads(zenml("pipeline", "get", "penguins", "--output", "json").out)
    (step,) = found["steps"]
    assert step["source"] == "steps.split.A_step_with_a_rather_long_name"
    assert (step["version"], step["arguments"]) == (SHA, {"ratio": 0.5})
    assert [run["state"] for run in found["runs"]] == ["succeeded", "failed"]
    text = zenml("pipeline", "get", "penguins").out
    assert "succeeded" in text
    assert "failed" in text


def test_steps_are_listed_at_every_version(zenml: Zenml, used: Repository) -> None:
    (row,) = json.loads(zenml("step", "list", "--output", "json").out)
    assert row == {"step": "steps.split.A_step_with_a_rather_long_name", "version": SHA}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pipeline", "get", "pengiuns"], "Did you mean 'penguins'"),
        (["pipeline", "get", "zzz"], "There are: a pipeline with a name of its own, penguins"),
        (["datasource", "get", "brids"], "birds"),
        (["datasource", "commit", "brids"], "birds"),
    ],
)
def test_an_unknown_name_is_told_what_is_near(
    zenml: Zenml, used: Repository, words: list[str], says: str
) -> None:
    answer = zenml(*words)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("Error: ")
    assert says in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["pipelin"], "No such command 'pipelin'. Did you mean 'pipeline'?"),
        (["serve"], "No such command 'serve'. Did you mean 'zenml model serve'?"),
        (["zzz"], "No such command 'zzz'"),
        (["pipeline", "zzz"], "No such command 'zzz'"),
        (["pipeline", "get"], "Missing argument 'NAME'"),
        (["pipeline", "list", "--output", "xml"], "'xml' is not one of 'table', 'json'"),
        (["pipeline", "run", "nothing.yaml"], "'nothing.yaml' does not exist"),
        (["pipeline", "run", "."], "'.' is a directory"),
        (["version", "now"], "unexpected extra argument"),
    ],
)
def test_a_wrong_call_exits_with_2(
    zenml: Zenml, git_repo: Path, words: list[str], says: str
) -> None:
    answer = zenml(*words)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
    assert "Usage: zenml" in answer.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no zenml pipeline"),
        ("a: [", "is no YAML"),
        ("schema: zenml/pipeline/1\nname: x\n", "the key 'type' is missing"),
        ("schema: zenml/pipeline/7\n", "Install the zenml that wrote it"),
    ],
)
def test_a_file_that_is_no_pipeline_is_named(
    zenml: Zenml, repo: Repository, text: str, says: str
) -> None:
    (repo.path / "mine.yaml").write_text(text)
    answer = zenml("pipeline", "run", "mine.yaml")
    assert (answer.status, answer.out) == (1, "")
    assert "mine.yaml" in answer.err
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_an_edited_pipeline_is_refused(zenml: Zenml, used: Repository) -> None:
    (path,) = (used.path / "pipelines").glob("training_penguins_*.yaml")
    path.write_text(path.read_text().replace("ratio: 0.5", "ratio: 0.6"))
    answer = zenml("pipeline", "run", str(path))
    assert (answer.status, answer.out) == (1, "")
    assert "was edited since it ran" in answer.err


def test_a_broken_file_in_the_pipelines_folder_is_named(used: Repository) -> None:
    (used.path / "pipelines" / "training_x_0123456789abcdef.yaml").write_text("a: [")
    call = [sys.executable, "-m", "zenml", "pipeline", "list", "--output", "json"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)) == 2
    assert "training_x_0123456789abcdef.yaml is no YAML" in done.stderr
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(git_repo: Path) -> None:
    call = [sys.executable, "-m", "zenml", "pipeline", "list"]

    def errors(debug: str) -> tuple[int, str]:
        env = {**os.environ, "ZENML_DEBUG": debug}
        done = subprocess.run(call, capture_output=True, text=True, env=env)
        return done.returncode, done.stderr

    for off in ("", "0"):
        assert errors(off)[0] == 1
        assert "Traceback" not in errors(off)[1]
    status, text = errors("1")
    assert status == 1
    assert text.startswith("Traceback")
    assert "RepositoryNotFoundError" in text


def test_a_reader_that_leaves_early_is_no_error(used: Repository) -> None:
    call = f"{sys.executable} -m zenml step list --output json | head -n 0"
    done = subprocess.run(["sh", "-c", call], capture_output=True, text=True)
    assert done.stderr == ""


def test_text_of_every_alphabet_is_printed(zenml: Zenml, repo: Repository) -> None:
    spec_yaml.write(pipeline("Πιγκουίνος"), repo.get_default_pipelines_dir())
    assert "Πιγκουίνος" in zenml("pipeline", "get", "Πιγκουίνος").out
    rows = json.loads(zenml("pipeline", "list", "--output", "json").out)
    assert [row["name"] for row in rows] == ["Πιγκουίνος"]


def test_an_ascii_terminal_gets_its_table(used: Repository) -> None:
    spec_yaml.write(pipeline("Πιγκουίνος"), used.get_default_pipelines_dir())
    env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    call = [sys.executable, "-m", "zenml", "pipeline", "list"]
    done = subprocess.run(call, capture_output=True, text=True, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "penguins" in done.stdout
