"""References to secrets: what is one, what it leads to, and that no secret is told."""

from __future__ import annotations

import traceback

import pytest

from zenml.datasources import BaseDatasource
from zenml.errors import DataError, DatasourceError, ZenMLError
from zenml.keywords import KeywordObject
from zenml.secrets import is_reference, reveal, shown

SECRET = "correct-horse-battery"


class Ledger(KeywordObject):
    """Something with a secret among its arguments."""

    SECRETS = ("token",)

    def __init__(self, *, token=None, place="here"):
        self.token = token
        self.place = place


@pytest.mark.parametrize(
    "text", ["$A", "${env:A}", "${env:A_1}", "${file:/run/a b}", "${file:~/a}"]
)
def test_references(text):
    assert is_reference(text)
    assert shown(text) == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        "A",
        "$",
        "$A-B",
        "$A\n",
        "$ecret123",
        "$1",
        " $A",
        "${A}",
        "${env:}",
        "${env:A}x",
        "${vault:A}",
        3,
        None,
    ],
)
def test_no_references(value):
    assert not is_reference(value)


def test_a_secret_is_read_when_it_is_asked_for(tmp_path, monkeypatch):
    for value in ("one", "two"):
        monkeypatch.setenv("A_SECRET", value)
        assert reveal("$A_SECRET", "The token") == reveal("${env:A_SECRET}", "The token") == value
    file = tmp_path / "secret"
    file.write_text(f"{SECRET} \r\n")
    assert reveal(f"${{file:{file}}}", "The token") == f"{SECRET} "


def test_what_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("A_SECRET", raising=False)
    with pytest.raises(
        DataError, match=r"^The token is read .* A_SECRET, which is not set: export"
    ):
        reveal("${env:A_SECRET}", "The token", DataError)
    with pytest.raises(ZenMLError, match="secret, which cannot be read: No such file"):
        reveal(f"${{file:{tmp_path}/secret}}", "The token")
    monkeypatch.setenv("A_SECRET", "")
    with pytest.raises(ZenMLError, match="variable A_SECRET, which is empty"):
        reveal("${env:A_SECRET}", "The token")
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(ZenMLError, match="secret, which is empty"):
        reveal(f"${{file:{tmp_path}/secret}}", "The token")


def test_bytes_that_are_no_text_are_not_told(tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(SECRET.encode() + b"\xff")
    with pytest.raises(ZenMLError, match="no text in UTF-8") as caught:
        reveal(f"${{file:{file}}}", "The token")
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_argument_that_is_a_secret_is_refused_and_not_shown():
    ledger = Ledger(token=SECRET)
    assert repr(ledger) == "Ledger(token='<hidden>', place='here')"
    with pytest.raises(
        ZenMLError, match=r'token is given in plain text.*token="\$\{env:TOKEN\}"'
    ) as e:
        ledger.plain_arguments()
    assert SECRET not in str(e.value)
    for token in (None, "", "${env:TOKEN}"):
        assert Ledger(token=token).plain_arguments() == {"token": token, "place": "here"}


class Shop(BaseDatasource):
    """Has secrets among its arguments, and does not say so."""

    def __init__(self, db_password=None, token=None, secret=None, **kwargs):
        self.db_password = db_password
        self.token = token
        self.secret = secret
        super().__init__(**kwargs)


@pytest.mark.parametrize("name", ["db_password", "token", "secret"])
def test_a_datasource_does_not_write_down_what_is_called_a_secret(name):
    with pytest.raises(DatasourceError, match=rf'put SECRETS = \("{name}",\) into') as caught:
        Shop(name="shop", **{name: SECRET}).to_config()
    assert SECRET not in str(caught.value)
    for fine in ("${env:TOKEN}", "", None, 3):
        assert Shop(name="shop", **{name: fine}).to_config().args[name] == fine
