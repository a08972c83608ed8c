"""What a release ties down, and what cannot be released."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zenml import spec_yaml
from zenml.client import Client
from zenml.errors import ReleaseError
from zenml.runtime import release as releases


def test_the_tag_is_annotated_and_points_to_the_code_of_the_run(place: Any) -> None:
    ran = place.git("rev-parse", "HEAD")
    place.commit("README.md", "Penguins.\n")
    made = place.create("1.0")
    assert place.git("cat-file", "-t", "zenml/1.0") == "tag"
    assert place.git("rev-parse", "zenml/1.0^{commit}") == ran == made.commit
    assert (made.tag, made.tagger) == ("zenml/1.0", "Ada")


def test_its_message_is_for_people_and_for_programs(place: Any) -> None:
    made = place.create("1.0")
    text = place.git("for-each-ref", "--format=%(contents)", "refs/tags/zenml/1.0")
    story, pins, pipeline = text.split("\n--- ")[:3]
    assert story.startswith("Release 1.0 of penguins\n")
    assert f"value fit.output sha256 {made.pins.artifacts[5].sha256}" in " ".join(story.split())
    assert "accuracy: output 1\n" in story
    told = json.loads(pins.removeprefix("pins\n"))
    head = place.git("rev-parse", "HEAD")
    assert told["code"]["fit"] == {"source": "flow.fit", "version": head}
    assert told["environment"]["packages"]["scikit-learn"]
    assert told["metrics"] == {"accuracy": {"output": 1.0}}
    assert [(pin["node"], pin["output"]) for pin in told["artifacts"]][-2:] == [
        ("fit", "output"),
        ("accuracy", "output"),
    ]
    for pin in told["artifacts"]:
        assert len(pin["sha256"]) == 64
        assert (place.root / ".zenml/local_store/artifacts" / pin["uri"]).is_dir()
    assert "schema: " in pipeline


def test_the_pipeline_is_had_from_the_tag_alone(place: Any) -> None:
    made = place.create("1.0")
    file = place.root / made.pins.pipeline["file"]
    assert place.git("status", "--short", str(file)).startswith("??")
    text = file.read_text()
    assert made.pins.pipeline["blob"] == place.git("hash-object", str(file))
    file.unlink()
    (found,) = releases.releases()
    assert found.pipeline == text
    assert found.spec == spec_yaml.from_yaml(text, "here")[0]


def test_nothing_of_the_repository_changes_but_the_tag(place: Any) -> None:
    (place.root / "flow.py").write_text(place.script + "# an edit\n")
    (place.root / "notes.txt").write_text("kept\n")
    place.git("stash", "push", "--include-untracked", "--quiet", "--", "flow.py", "notes.txt")
    (place.root / "flow.py").write_text(place.script + "# another edit\n")
    place.git("add", "flow.py")
    before = place.snapshot()
    place.create("1.0")
    after = place.snapshot()
    new = {path for path in after if path not in before}
    assert len(new) == 2
    assert ".git/refs/tags/zenml/1.0" in new
    assert all(path.startswith((".git/objects/", ".git/refs/tags/")) for path in new)
    assert {path: after[path] for path in before} == before


def test_code_that_changed_since_is_not_what_is_tied_down(place: Any) -> None:
    ran = place.git("rev-parse", "HEAD")
    place.commit("flow.py", place.script.replace("C=c", "C=2 * c"))
    made = place.create("1.0")
    assert made.commit == ran
    assert all(check.ok for check in releases.verify("1.0"))


def test_a_run_whose_head_was_not_recorded_is_tagged_at_its_newest_version(place: Any) -> None:
    from zenml.metadata import runs

    ran = place.git("rev-parse", "HEAD")
    place.commit("README.md", "Penguins.\n")
    view = Client().get_pipeline_run("good")
    (context,) = view.store.get_contexts_by_id([view.id])
    runs.annotate(view.store, context, {"zenml_environment": None})
    assert place.create("1.0").commit == ran


def test_steps_from_branches_that_were_never_merged(place: Any) -> None:
    from zenml.repo.git import GitRepository
    from zenml.runtime.release.pinning import commit_of

    run, git = Client().get_pipeline_run("good").record, GitRepository()
    main = place.git("rev-parse", "HEAD")
    place.git("checkout", "--quiet", "-b", "side")
    side = place.commit("side.py", "x = 1")
    assert commit_of(git, [main, side], run) == side
    place.git("checkout", "--quiet", "main")
    other = place.commit("other.py", "x = 1")
    with pytest.raises(ReleaseError, match="branches that were never merged"):
        commit_of(git, [main, side, other], run)
    place.git("merge", "--quiet", "--no-edit", "side")
    assert commit_of(git, [main, side, other], run) == place.git("rev-parse", "HEAD")
    with pytest.raises(ReleaseError, match=r"is not in this clone.*--unshallow"):
        commit_of(git, ["1" * 40], run)


def test_a_name_that_is_taken(place: Any) -> None:
    place.create("1.0")
    with pytest.raises(ReleaseError, match=r"There is a tag zenml/1.0 already.*another name"):
        place.create("1.0")
    place.git("tag", "zenml/mine")
    with pytest.raises(ReleaseError, match="There is a tag zenml/mine already"):
        place.create("mine")


@pytest.mark.parametrize("name", ["", "a b", "a..b", "/a", "a.lock", "a~1"])
def test_a_name_that_git_does_not_take(place: Any, name: str) -> None:
    with pytest.raises(ReleaseError, match="cannot be called"):
        place.create(name)


def test_a_run_that_failed(place: Any) -> None:
    with pytest.raises(ReleaseError, match="Run bad failed, and only a run that succeeded"):
        place.create("1.0", "bad")


def test_code_that_was_not_committed(place: Any) -> None:
    (place.root / "flow.py").write_text(place.script.replace("X[:, 0] > 20", "X[:, 1] > 20"))
    assert place.run("loose") == 0
    with pytest.raises(ReleaseError) as told:
        place.create("1.0", "loose")
    assert "no commit can be named for the pipeline, load, fit, accuracy." in str(told.value)
    assert "Commit it and run the pipeline again" in str(told.value)
    place.git("commit", "--quiet", "--all", "--message=Other")
    assert place.run("fast") == 0
    assert place.create("1.0", "fast").commit == place.git("rev-parse", "HEAD")


def test_an_artifact_that_is_gone_or_changed(place: Any) -> None:
    place.uri("load", "X").joinpath("data.npy").write_bytes(b"")
    with pytest.raises(ReleaseError, match=r"Artifact load.X of run good is not as it was"):
        place.create("1.0")
    place.uri("load", "X").joinpath("data.npy").unlink()
    place.uri("load", "X").rmdir()
    with pytest.raises(ReleaseError, match=r"Artifact load.X of run good is not in the artifact"):
        place.create("1.0")
    assert releases.releases() == []


def test_a_file_of_a_pipeline_that_is_gone_or_edited(place: Any) -> None:
    file = place.root / Client().get_pipeline_run("good").file
    file.write_text(file.read_text().replace("c: 1.0", "c: 2.0"))
    with pytest.raises(ReleaseError, match="was edited since it ran"):
        place.create("1.0")
    file.unlink()
    with pytest.raises(ReleaseError, match="is not in this work tree"):
        place.create("1.0")


def test_git_does_not_know_who_it_is(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{who}_NAME")
        monkeypatch.delenv(f"GIT_{who}_EMAIL")
    place.git("config", "user.useConfigOnly", "true")
    with pytest.raises(ReleaseError, match=r"git config user\.name"):
        place.create("1.0")
