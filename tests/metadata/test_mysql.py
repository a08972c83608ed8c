"""MySQLMetadataStore: the password lives in the environment and nowhere else."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import MetadataStoreError
from zenml.metadata import MySQLMetadataStore
from zenml.spec import PipelineSpec
from zenml.spec_yaml import to_yaml

SECRET = "tr0ub4dor&3"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MySQLMetadataStore:
    monkeypatch.setenv("ML_PASSWORD", SECRET)
    return MySQLMetadataStore(database="ml", username="me", password="$ML_PASSWORD", port=1)


def test_the_password_is_read_from_the_environment_when_connecting(
    store: MySQLMetadataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.connection_config().mysql.password == SECRET
    monkeypatch.setenv("ML_PASSWORD", "changed")
    assert store.connection_config().mysql.password == "changed"


def test_the_password_stands_nowhere(store: MySQLMetadataStore) -> None:
    store.connection_config()
    config = store.to_config()
    spec = PipelineSpec("p", "training", "m.P", "v", metadata_store=config)
    for text in (repr(store), repr(config), json.dumps(config.to_dict()), to_yaml(spec)):
        assert SECRET not in text
    assert SECRET.encode() not in pickle.dumps(vars(store))
    assert config.args["password"] == "$ML_PASSWORD"


def test_an_error_of_the_connection_does_not_show_the_password(store: MySQLMetadataStore) -> None:
    with pytest.raises(MetadataStoreError, match=r"me@127\.0\.0\.1:1/ml") as caught:
        store.open()
    error: Any = caught.value
    while error is not None:
        assert SECRET not in str(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "password", [SECRET, "PLAIN", "$", "$A-B", "${ML_PASSWORD}", " $A", "$A\n"]
)
def test_a_password_in_plain_text_is_refused_without_repeating_it(password: str) -> None:
    store = MySQLMetadataStore(database="ml", username="me", password=password)
    for use in (store.check, store.to_config, store.connection_config, store.open):
        with pytest.raises(MetadataStoreError, match="name of an environment variable") as caught:
            use()
        assert password.strip() not in str(caught.value) or password == "$"
    assert SECRET not in repr(store)


def test_a_variable_that_is_not_set_is_named() -> None:
    store = MySQLMetadataStore(database="ml", username="me", password="$NOT_SET_ANYWHERE")
    with pytest.raises(MetadataStoreError, match="ANYWHERE, which is not set: export NOT_"):
        store.open()


def test_a_password_can_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\n")
    store = MySQLMetadataStore(database="ml", username="me", password=f"${{file:{file}}}")
    assert store.connection_config().mysql.password == SECRET


def test_no_password_is_none() -> None:
    store = MySQLMetadataStore(database="ml", username="me")
    assert store.connection_config().mysql.password == ""
    assert store.to_config().args["password"] == ""


def test_a_wrong_password_is_said(
    mysql_arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENML_TEST_PASSWORD", "wrong one")
    with pytest.raises(MetadataStoreError, match="may log in with that password") as caught:
        MySQLMetadataStore(**mysql_arguments).open()
    assert "wrong one" not in str(caught.value)


def test_a_database_that_is_not_there_is_named(mysql_arguments: dict[str, Any]) -> None:
    with pytest.raises(MetadataStoreError, match=r"Cannot open the metadata store .*no-such-db"):
        MySQLMetadataStore(**{**mysql_arguments, "database": "no-such-db"}).open()


def test_arguments_are_checked_like_those_of_a_step() -> None:
    with pytest.raises(MetadataStoreError, match="Did you mean 'database'"):
        MySQLMetadataStore(databse="ml", username="me")
    with pytest.raises(MetadataStoreError, match="needs the argument 'username'"):
        MySQLMetadataStore(database="ml")
