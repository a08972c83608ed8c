"""PostgresDatasource: commits of a database, and a password that stands nowhere."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from zenml.datasources import BigQueryDatasource, PostgresDatasource
from zenml.errors import DataError, DatasourceError, StepArgumentError
from zenml.records.bigquery_arguments import BigQueryArguments
from zenml.records.postgres_arguments import PostgresArguments
from zenml.repo import Repository

ARGUMENTS = {"name": "flights", "username": "reader", "database": "air", "table": "flights"}
LITERAL = "correct-horse-battery"


def files_with(folder: Path, secret: str) -> list[Path]:
    """Files of the repository, its stores and logs in which a secret stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "metadata.db" for path in files)
    return [path for path in files if secret.encode() in path.read_bytes()]


def test_a_password_in_plain_text_is_refused_and_not_repeated(git_repo, capfd):
    Repository.init_repo()
    source = PostgresDatasource(**ARGUMENTS, password=LITERAL)
    step = source.get_data_step()
    for use, error in (
        (source.to_config, DatasourceError),
        (source.commit, StepArgumentError),
        (step.check, StepArgumentError),
        (step.to_config, StepArgumentError),
        (lambda: list(step.batches()), StepArgumentError),
    ):
        with pytest.raises(error, match=r'write password="\$\{env:PASSWORD\}"') as caught:
            use()
        assert LITERAL not in "".join(traceback.format_exception(caught.value))
    assert LITERAL not in f"{source!r} {step!r} {source} {capfd.readouterr()}"
    assert not [path for path in git_repo.rglob("*.y*ml") if LITERAL in path.read_text()]


def test_a_reference_is_what_stands_in_the_yaml(monkeypatch):
    monkeypatch.setenv("AIR_PASSWORD", LITERAL)
    source = PostgresDatasource(**ARGUMENTS, password="${env:AIR_PASSWORD}")
    config = source.to_config()
    assert config.args["password"] == "${env:AIR_PASSWORD}"
    assert PostgresDatasource.from_config(config).arguments == source.arguments
    assert LITERAL.encode() not in pickle.dumps(vars(source))


def test_a_subclass_may_decide_some_arguments_itself():
    class Air(PostgresDatasource):
        def __init__(self, table, **kwargs):
            super().__init__(username="reader", database="air", table=table, **kwargs)

    step = Air(name="flights", table="flights", password="$AIR").get_data_step()
    assert (step.username, step.database, step.table) == ("reader", "air", "flights")
    assert step.password == "$AIR"


@pytest.mark.parametrize(
    ("datasource", "shared"),
    [(PostgresDatasource, PostgresArguments), (BigQueryDatasource, BigQueryArguments)],
)
def test_the_constructor_names_every_argument_with_its_type(datasource, shared):
    named, theirs = (dict(inspect.signature(c.__init__).parameters) for c in (datasource, shared))
    assert list(named)[:2] == ["self", "name"]
    assert named["schema"].annotation == "dict[str, str] | None"
    assert {name: named[name] for name in theirs} == theirs
    assert len(named) == len(theirs) + 2


@pytest.mark.tf
def test_a_password_stands_nowhere_after_a_run_and_after_a_failure(
    git_repo, postgres, monkeypatch, capfd
):
    secret = postgres.password
    postgres.sql("CREATE DATABASE air_commits")
    postgres.sql(
        "CREATE TABLE flights AS SELECT n, 'JFK' AS origin FROM generate_series(1, 100) n",
        "GRANT SELECT ON flights TO reader",
        database="air_commits",
    )
    Repository.init_repo()
    monkeypatch.setenv("AIR_PASSWORD", secret)
    arguments = {**ARGUMENTS, "database": "air_commits", "host": "127.0.0.1"}
    source = PostgresDatasource(**arguments, port=postgres.port, password="${env:AIR_PASSWORD}")
    commit = source.commit()
    assert source.n_datapoints == 100
    assert sorted(source.sample_data(100)["n"]) == list(range(1, 101))

    # The same rows, written anew in another order, are the same commit; one more row is not.
    postgres.sql(
        "CREATE TABLE later AS SELECT * FROM flights ORDER BY -n",
        "TRUNCATE flights",
        "INSERT INTO flights SELECT * FROM later",
        database="air_commits",
    )
    assert source.commit() == commit
    postgres.sql("INSERT INTO flights VALUES (101, 'EWR')", database="air_commits")
    assert source.commit() != commit
    assert len(source.get_commits()) == 2

    postgres.sql("REVOKE ALL ON flights FROM reader", database="air_commits")
    with pytest.raises(DataError, match="may not read table 'flights'") as caught:
        source.commit()
    assert len(source.get_commits()) == 2
    monkeypatch.setenv("AIR_PASSWORD", f"{secret}-wrong")
    with pytest.raises(DataError, match="password authentication failed") as wrong:
        source.commit()
    listed = subprocess.run(
        [sys.executable, "-m", "zenml", "datasource", "get", "flights"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "${env:AIR_PASSWORD}" in listed.stdout

    said = capfd.readouterr()
    told = [said.out, said.err, listed.stdout, listed.stderr]
    told += ["".join(traceback.format_exception(error.value)) for error in (caught, wrong)]
    assert not [text for text in told if secret in text]
    assert not files_with(git_repo, secret)
