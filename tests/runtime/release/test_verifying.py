"""Everything that a release ties down is looked at again: what is missing or differs is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from zenml.client import Client
from zenml.errors import ReleaseError, ReleaseNotFoundError
from zenml.runtime import release as releases


def wrong(name: str = "1.0") -> dict[str, tuple[str, str]]:
    """About -> state and what is said, of the checks that are not well."""
    return {c.about: (c.state, c.said) for c in releases.verify(name) if not c.ok}


def test_a_release_as_it_was_made(place: Any) -> None:
    made = place.create("1.0")
    checks = releases.verify("zenml/1.0")
    assert all(check.ok for check in checks)
    assert [check.about for check in checks] == [
        "pipeline",
        "tag",
        f"commit {made.commit[:12]} of pipeline, load, fit, accuracy",
        "run good",
        "metrics",
        *(f"artifact load.{name}" for name in ("X", "table", "notes", "limits", "odd")),
        "artifact fit.output",
        "artifact accuracy.output",
    ]


def damage_keeping_the_size(place: Any) -> None:
    file = place.uri("load", "X") / "data.npy"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def add_a_file(place: Any) -> None:
    (place.uri("load", "X") / "more.txt").write_text("more")


def remove_the_folder(place: Any) -> None:
    shutil.rmtree(place.uri("load", "X"))


@pytest.mark.parametrize(
    ("damage", "state"),
    [(damage_keeping_the_size, "differs"), (add_a_file, "differs"), (remove_the_folder, "missing")],
)
def test_an_artifact(place: Any, damage: Callable[[Any], None], state: str) -> None:
    uri = str(place.uri("load", "X"))
    place.create("1.0")
    damage(place)
    assert list(wrong()) == ["artifact load.X"]
    assert wrong()["artifact load.X"][0] == state
    assert uri in wrong()["artifact load.X"][1]


def test_the_run_is_deleted(place: Any) -> None:
    place.create("1.0")
    Client().delete_pipeline_run("good")
    assert wrong()["run good"][0] == "missing"
    # The other run uses what `load` made.
    assert list(wrong())[1:] == ["artifact fit.output", "artifact accuracy.output"]


def test_a_tag_that_was_moved(place: Any) -> None:
    made = place.create("1.0")
    text = place.git("for-each-ref", "--format=%(contents)", "refs/tags/zenml/1.0") + "\n"
    place.git("checkout", "--quiet", "--orphan", "other")
    place.commit("other.txt", "other")
    words = ("--annotate", "--cleanup=verbatim", "--force")
    place.git("tag", *words, "--message", text, "zenml/1.0")
    found = wrong()
    assert found["tag"][0] == "differs"
    assert "it is not in the history of the tag" in next(
        said for about, (_, said) in found.items() if about.startswith("commit")
    )
    assert made.commit in found["tag"][1]


def test_a_message_that_was_edited(place: Any) -> None:
    place.create("1.0")
    text = place.git("for-each-ref", "--format=%(contents)", "refs/tags/zenml/1.0") + "\n"
    words = ("tag", "--annotate", "--cleanup=verbatim", "--message")
    place.git(*words, text.replace("c: 1.0", "c: 2.0"), "zenml/edited")
    assert wrong("edited")["pipeline"][0] == "differs"
    place.git(*words, text.replace("nodes:", "nodes: ["), "zenml/broken")
    assert set(wrong("broken")) == {"pipeline", "tag"}
    assert wrong("broken")["tag"] == ("differs", "it was made as the release 1.0")
    place.git("tag", "--delete", "zenml/broken")
    place.git(*words, text.replace('"schema"', '"scheme"', 1), "zenml/later")
    with pytest.raises(ReleaseError, match="Install the zenml that made it"):
        releases.verify("later")
    place.git(*words, "Mine", "zenml/mine")
    with pytest.raises(ReleaseError, match="zenml did not write its message"):
        releases.verify("mine")
    assert {found.name for found in releases.releases()} == {"edited", "1.0"}


def test_a_commit_that_is_not_whole(place: Any) -> None:
    made = place.create("1.0")
    blob = place.git("rev-parse", f"{made.commit}:flow.py")
    (place.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    ((about, (state, said)),) = wrong().items()
    assert (about.split()[0], state) == ("commit", "missing")
    assert "1 of its 2 files are not in this repository" in said


def test_in_a_clone_there_is_the_tag_and_not_what_the_run_made(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = place.create("1.0")
    clone = place.root.with_name("clone")
    place.git("clone", "--quiet", str(place.root), str(clone))
    monkeypatch.chdir(clone)
    from zenml.repo import Repository

    Repository.init_repo()
    (found,) = releases.releases()
    assert (found.pins, found.pipeline) == (made.pins, made.pipeline)
    assert {about.split()[0] for about in wrong()} == {"run", "artifact"}
    shutil.rmtree(clone)


def test_a_release_that_is_not_there(place: Any) -> None:
    with pytest.raises(ReleaseNotFoundError, match="There are none"):
        releases.verify("1.0")
    place.create("1.0")
    with pytest.raises(ReleaseNotFoundError, match=r"Did you mean '1.0'\? There are: 1.0"):
        releases.verify("1.1")
