"""Artifacts by name and version, in every metadata store."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.errors import AlreadyExistsException
from zenml.metadata import (
    MetadataStore,
    artifact_versions,
    artifacts,
    contexts,
    deletion,
    producers,
    runs,
)
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.metadata.publisher import Made, Publisher
from zenml.metadata.saved import record


@pytest.fixture
def store(config: MetadataStore) -> Any:
    return config.open()


def produce(store: Any, run: str, version: str | None = None, name: str = "model") -> Execution:
    """A run of one node that makes one artifact."""
    context = runs.start(store, name=run, pipeline="p", file="")
    publisher = Publisher(store, "p", context)
    told = {"zenml_node": "fit", "zenml_fingerprint": "f"}
    publisher.begin("python", "fit", "f", {}, told)
    given = {artifact_versions.GIVEN_VERSION: version}
    made = publisher.complete("fit", {"output": Made(f"/{run}", name, given)})
    runs.finish(store, context, runs.SUCCEEDED)
    return made


def versions(store: Any, name: str = "model") -> list[str]:
    return [found.version for found in artifact_versions.of_name(store, name)]


@pytest.mark.parametrize(
    ("given", "have"),
    [
        ([None, None, None], ["1", "2", "3"]),
        ([None, "final", None], ["1", "final", "2"]),
        ([None, "7", None], ["1", "7", "8"]),
        (["2", None], ["2", "3"]),
    ],
)
def test_versions_count_up_around_those_that_are_given(
    store: Any, given: list[str | None], have: list[str]
) -> None:
    for number, version in enumerate(given):
        produce(store, f"r{number}", version)
    assert versions(store) == have
    everything = artifact_versions.everything(store)
    assert [found.version for found in everything["model"]] == have


def test_a_version_is_free_until_it_is_used(store: Any) -> None:
    artifact_versions.require_free(store, "model", "1")
    made = produce(store, "r0")
    artifacts.mark_deleted(store, [made.outputs["output"][0].id])
    with pytest.raises(AlreadyExistsException, match="the next number is 2"):
        artifact_versions.require_free(store, "model", "1")
    artifact_versions.require_free(store, "model", "2")
    assert artifact_versions.everything(store) == {}


def test_what_is_saved_by_hand_counts_with_the_rest(store: Any) -> None:
    produce(store, "r0")
    saved = record(store, "/saved", "model", {artifact_versions.SAVED: 1})
    assert versions(store) == ["1", "2"]
    assert producers.producer_of(store, saved) is None
    assert deletion.unused(store, [saved]) == []


def test_what_was_saved_only_in_part_is_marked_as_deleted(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "put_attributions_and_associations", fail)
        with pytest.raises(OSError, match="the disk is full"):
            record(store, "/saved", "model", {artifact_versions.NAME: "model"})
    assert deletion.live_artifacts(store) == []
    assert artifact_versions.everything(store) == {}
    record(store, "/saved", "model", {artifact_versions.NAME: "model"})
    assert versions(store) == ["1"]


def test_the_producer_is_who_made_it_first(store: Any) -> None:
    made = produce(store, "r0")
    again = runs.start(store, name="r1", pipeline="p", file="")
    told = {"zenml_node": "fit", "zenml_fingerprint": "f"}
    cached = Publisher(store, "p", again).cached(made, "fit", {}, told)
    artifact = cached.outputs["output"][0]
    assert producers.producer_of(store, artifact) == producers.Producer(
        made.id, "r0", "p", "fit", "output"
    )
    assert producers.original_of(store, cached).id == made.id
    assert producers.original_of(store, made).id == made.id
    assert versions(store) == ["1"]


def test_deleted_runs_use_nothing_and_are_in_no_list(store: Any) -> None:
    made = produce(store, "r0")
    produce(store, "r1")
    artifact = made.outputs["output"][0]
    run = runs.by_name(store, "r0")
    assert run is not None
    assert deletion.unused(store, [artifact]) == []
    assert deletion.only_of(store, run, [artifact]) == [artifact]
    deletion.mark_run(store, run, [made.id])
    assert runs.by_name(store, "r0") is None
    assert [found.name for found in runs.list_runs(store)] == ["r1"]
    assert deletion.unused(store, [artifact]) == [artifact]
    with pytest.raises(AlreadyExistsException, match="names are never used again"):
        runs.start(store, name="r0", pipeline="p", file="")


def test_an_unlisted_pipeline_keeps_its_runs(store: Any) -> None:
    produce(store, "r0")
    assert (deletion.unlist(store, "p"), deletion.unlist(store, "p")) == (1, 0)
    (run,) = runs.list_runs(store, "p")
    assert (run.unlisted, run.state) == (True, "succeeded")


def test_artifacts_without_a_name_are_in_no_list(store: Any) -> None:
    record(store, "/saved", "ours", {artifact_versions.NAME: "ours"})
    assert list(artifact_versions.everything(store)) == ["ours"]
    assert versions(store, "p::nothing::here") == []
    assert contexts.find(store, contexts.ARTIFACT, "p::nothing::here") is None
    assert artifact_versions.of_artifact(store, Artifact(99, "Model", "/m"), "x").version == ""
