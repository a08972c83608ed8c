"""`zenml config` and `zenml clean`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.repo import Repository

Zenml = Callable[..., Any]


@pytest.fixture
def repo(git_repo: Path) -> Repository:
    """An initialised repository."""
    return Repository.init_repo()


def test_what_is_set_is_what_is_got(zenml: Zenml, repo: Repository) -> None:
    assert zenml("config", "pipelines", "get").out == "pipelines\n"
    assert zenml("config", "pipelines", "set", "flows").out == "Pipelines are written to flows.\n"
    assert zenml("config", "pipelines", "get").out == "flows\n"
    assert zenml("config", "artifacts", "set", "store").out == "Artifacts go to store.\n"
    assert zenml("config", "artifacts", "get").out == "store\n"
    listed = json.loads(zenml("config", "list", "--output", "json").out)
    assert listed["pipelines"] == "flows"
    assert listed["metadata"] == {"type": "sqlite", "uri": ".zenml/local_store/metadata.db"}


def test_a_metadata_store_of_mysql(zenml: Zenml, repo: Repository) -> None:
    answer = zenml(
        "config", "metadata", "set", "mysql", "--host=db", "--port=3307", "--database=ml",
        "--username=ada", "--password=$MYSQL_PASSWORD",
    )  # fmt: skip
    assert answer.out == "Records go to MySQLMetadataStore(ada@db:3307/ml).\n", answer.err
    kept = json.loads(zenml("config", "metadata", "get", "--output", "json").out)
    assert kept["port"] == 3307
    assert kept["password"] == "$MYSQL_PASSWORD"


def test_a_name_of_digits_stays_text(zenml: Zenml, repo: Repository) -> None:
    zenml("config", "metadata", "set", "mysql", "--database=7", "--username=8")
    kept = json.loads(zenml("config", "metadata", "get", "--output", "json").out)
    assert (kept["database"], kept["username"]) == ("7", "8")


@pytest.mark.parametrize("what", ["artifacts", "pipelines"])
def test_a_folder_that_cannot_be_made_is_not_taken(
    zenml: Zenml, repo: Repository, what: str
) -> None:
    before = (repo.path / ".zenml" / "settings.yaml").read_bytes()
    answer = zenml("config", what, "set", "/proc/zz")
    assert answer.status == 1
    assert "The folder /proc/zz cannot be made or written to: " in answer.err
    assert (repo.path / ".zenml" / "settings.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["mysql", "--database=ml", "--username=ada", "--password=geheim"], "never the password"),
        (["oracle"], "There is no metadata store 'oracle'; there are mysql, sqlite."),
        (["mysql", "--database=ml", "--username=a", "--port=x"], "--port takes a whole number"),
        (["sqlite", "uri"], "'uri' is not understood: write --key=value."),
        (["sqlite", "--url=x.db"], "url"),
    ],
)
def test_a_metadata_store_that_cannot_be(
    zenml: Zenml, repo: Repository, words: list[str], says: str
) -> None:
    before = (repo.path / ".zenml" / "settings.yaml").read_bytes()
    answer = zenml("config", "metadata", "set", *words)
    assert answer.status == 1
    assert says in answer.err
    assert "geheim" not in answer.err.replace("--password=geheim", "")
    assert (repo.path / ".zenml" / "settings.yaml").read_bytes() == before


def test_clean_keeps_the_settings_and_the_pipelines(zenml: Zenml, repo: Repository) -> None:
    zenml("config", "pipelines", "set", "flows")
    artifact = repo.path / ".zenml" / "local_store" / "artifacts" / "model.txt"
    artifact.parent.mkdir(parents=True)
    artifact.write_text("42")
    (repo.path / "flows").mkdir()
    (repo.path / "flows" / "kept.yaml").write_text("")
    assert "local_store" in zenml("clean", "--yes").out
    assert not artifact.exists()
    assert (repo.path / "flows" / "kept.yaml").exists()
    assert zenml("config", "pipelines", "get").out == "flows\n"
    assert zenml("clean").out.startswith("There is nothing to delete in ")


def test_clean_refuses_while_a_run_is_running(zenml: Zenml, recorder: Any) -> None:
    recorder.begin("monday")
    answer = zenml("clean", "--yes")
    assert answer.status == 1
    assert "Nothing was deleted, for monday is running" in answer.err
    assert (recorder.workspace.home / ".zenml" / "local_store").exists()
    assert zenml("clean", "--yes", "--force").status == 0
    assert not (recorder.workspace.home / ".zenml" / "local_store").exists()


def test_a_clean_that_is_cut_short_leaves_no_half_store(
    zenml: Zenml, repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = repo.path / ".zenml" / "local_store"
    (store / "artifacts").mkdir(parents=True)

    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("zenml.cli.clean.shutil.rmtree", stopped)
        assert zenml("clean", "--yes").status != 0
    assert not store.exists()
    assert "Deleted what was left in" in zenml("clean", "--yes").out
    assert [path.name for path in (repo.path / ".zenml").iterdir()] == ["settings.yaml"]


def test_clean_asks_first(zenml: Zenml, repo: Repository) -> None:
    kept = repo.path / ".zenml" / "local_store"
    kept.mkdir(exist_ok=True)
    assert zenml("clean").status == 130
    assert kept.exists()
