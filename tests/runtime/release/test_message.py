"""The text of a release's tag, read again as it was written."""

from __future__ import annotations

import pytest

from zenml.errors import ReleaseError
from zenml.runtime.release import message
from zenml.runtime.release.pins import ArtifactPin, Pins

PINS = Pins(
    "1.0",
    {"name": "penguins", "file": "pipelines/p.yaml", "digest": "d" * 64, "blob": "b" * 40},
    {"name": "monday", "started": 1.5, "ended": 2.25},
    "c" * 40,
    code={"": {"source": "flow.p", "version": "c" * 40}},
    data={"datasource": "rows", "commit": "e" * 40, "source": "s.S", "version": "zenml_1"},
    artifacts=(
        ArtifactPin("data", "examples", "Examples", "a/b", "1" * 64, 3, 10, rows_hash="2" * 40),
        ArtifactPin("trainer", "model", "Model", "a/c", "3" * 64, 4, 20, store="/elsewhere"),
        ArtifactPin("fit", "x", "ZenMLValue", "a/d", "4" * 64, 1, 0, value={"type": "float"}),
    ),
    environment={"python": "3.10.1", "packages": {"numpy": "2.0", "gone": ""}},
    metrics={"evaluator": {"accuracy": 0.1 + 0.2}},
)
YAML = "# Do not edit\nname: penguins\ntext: \"--- end\"\nmore: 'é'\n"
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"


@pytest.mark.parametrize("signature", ["", SIGNATURE])
def test_it_is_read_as_it_was_written(signature: str) -> None:
    text = message.write(PINS, YAML)
    assert message.read(text + signature, "here") == (PINS, YAML)
    assert PINS.versions == ["c" * 40]


def test_what_people_read_of_it() -> None:
    story = " ".join(message.write(PINS, YAML).partition("--- pins")[0].split())
    assert story.startswith("Release 1.0 of penguins run monday, ended 1970-01-01 00:00:02 UTC")
    assert f"data rows at {'e' * 40}" in story
    assert f"model trainer.model sha256 {'3' * 64}" in story
    assert "other artifacts 1 ran with Python 3.10.1, numpy 2.0 evaluator: accuracy 0.3" in story


@pytest.mark.parametrize("text", ["", "Mine\n", "x\n--- pins\n{}\n--- pipeline\n"])
def test_the_message_of_something_else(text: str) -> None:
    with pytest.raises(ReleaseError, match="here is no release: zenml did not write its message"):
        message.read(text, "here")


def test_pins_that_were_edited() -> None:
    text = message.write(PINS, YAML)
    with pytest.raises(ReleaseError, match="here holds pins that were edited"):
        message.read(text.replace('"files": 4', '"files": '), "here")
    with pytest.raises(ReleaseError, match="here holds pins that were edited"):
        message.read(text.replace('"files": 4', '"filez": 4'), "here")
