from __future__ import annotations

import pytest

from zenml.errors import MetadataStoreError, RepositoryError, RepositoryNotFoundError
from zenml.metadata.mysql import MySQLMetadataStore
from zenml.metadata.sqlite import SQLiteMetadataStore
from zenml.repo.repository import Repository
from zenml.repo.settings import FILE, Settings, ignore_folder
from zenml.spec import BackendSpec


def test_init_writes_relative_paths_and_keeps_git_from_seeing_them(git_repo, git):
    repo = Repository.init_repo()
    text = (git_repo / FILE).read_text()
    assert str(git_repo) not in text
    assert Settings.from_yaml(text, "it") == Settings()
    assert (git_repo / ".gitignore").read_text() == ".zenml/\n"
    assert git("status", "--porcelain") == "?? .gitignore"
    assert repo.get_default_pipelines_dir() == git_repo / "pipelines"
    assert repo.get_default_artifact_store().uri == str(git_repo / ".zenml/local_store/artifacts")
    store = repo.get_default_metadata_store()
    assert isinstance(store, SQLiteMetadataStore)
    assert store.path == git_repo / ".zenml/local_store/metadata.db"


def test_init_from_a_folder_further_down(git_repo, monkeypatch):
    (git_repo / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(git_repo / "a" / "b")
    assert Repository.init_repo().path == git_repo
    assert (git_repo / FILE).is_file()
    assert not (git_repo / "a" / "b" / ".zenml").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*.pyc", "*.pyc\n.zenml/\n"),
        ("*.pyc\n", "*.pyc\n.zenml/\n"),
        ("*.pyc\r\nx\r\n", "*.pyc\r\nx\r\n.zenml/\r\n"),
        (".zenml/\n*.pyc\n", ".zenml/\n*.pyc\n"),
        ("/.zenml\n", "/.zenml\n"),
        ("  .zenml/  ", "  .zenml/  "),
        ("# .zenml/\n", "# .zenml/\n.zenml/\n"),
    ],
)
def test_gitignore_keeps_what_it_has(git_repo, before, after):
    path = git_repo / ".gitignore"
    path.write_bytes(before.encode())
    path.chmod(0o600)
    ignore_folder(git_repo)
    ignore_folder(git_repo)
    assert path.read_bytes() == after.encode()
    assert path.stat().st_mode & 0o777 == 0o600


def test_gitignore_that_is_a_link_stays_one(git_repo):
    (git_repo / "shared").write_text("x\n")
    (git_repo / ".gitignore").symlink_to("shared")
    ignore_folder(git_repo)
    assert (git_repo / ".gitignore").is_symlink()
    assert (git_repo / "shared").read_text() == "x\n.zenml/\n"


def test_init_again_changes_only_what_is_given(git_repo):
    Repository.init_repo(pipelines_dir="my/pipelines")
    inside = str(git_repo / "store")
    repo = Repository.init_repo(artifact_store_path=inside, analytics_opt_in=True)
    assert repo.settings == Settings("my/pipelines", "store")
    repo = Repository.init_repo(artifact_store_path="/elsewhere/store")
    assert repo.settings.artifact_store == "/elsewhere/store"
    assert repo.get_default_artifact_store().uri == "/elsewhere/store"


def test_settings_survive_the_file(git_repo):
    store = BackendSpec("mysql", {"database": "ml", "username": "me", "password": "$SECRET"})
    settings = Settings("p", "a", store)
    assert Settings.from_yaml(settings.to_yaml(), "it") == settings


def test_a_password_is_never_written(git_repo):
    store = MySQLMetadataStore(database="ml", username="me", password="hunter2")
    with pytest.raises(MetadataStoreError, match="never the password"):
        Repository.init_repo(metadata_store=store)
    assert not (git_repo / ".zenml").exists()
    named = MySQLMetadataStore(database="ml", username="me", password="$SECRET")
    repo = Repository.init_repo(metadata_store=named)
    assert repo.get_default_metadata_store().to_config() == named.to_config()


def test_a_sqlite_store_inside_is_kept_relative(git_repo):
    store = SQLiteMetadataStore(uri=str(git_repo / "db" / "m.db"))
    repo = Repository.init_repo(metadata_store=store)
    assert repo.settings.metadata_store == BackendSpec("sqlite", {"uri": "db/m.db"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pipelines_dir: [", "settings.yaml is no YAML"),
        ("just text", "zenml/settings/1"),
        ("schema: zenml/settings/9", "zenml/settings/1"),
        ("schema: zenml/settings/1\npipeline_dir: x", "unknown key 'pipeline_dir'"),
        ("schema: zenml/settings/1\npipelines_dir: 3", "'pipelines_dir' is 3"),
        ("schema: zenml/settings/1\npipelines_dir: ''", "'pipelines_dir' is ''"),
        ("schema: zenml/settings/1\nmetadata_store: sqlite", "needs a 'type'"),
    ],
)
def test_broken_settings_are_named(git_repo, text, said):
    repo = Repository.init_repo()
    (git_repo / FILE).write_text(text)
    with pytest.raises(RepositoryError, match=said):
        _ = repo.settings


@pytest.mark.parametrize(
    "text", ["type: oracle", "type: mysql\n  password: hunter2", "type: sqlite"]
)
def test_a_store_that_cannot_be_is_refused(git_repo, text):
    repo = Repository.init_repo()
    (git_repo / FILE).write_text(f"schema: zenml/settings/1\nmetadata_store:\n  {text}\n")
    with pytest.raises(MetadataStoreError):
        _ = repo.settings


def test_edited_settings_count_at_once(git_repo):
    repo = Repository.init_repo()
    assert repo.settings.pipelines_dir == "pipelines"
    (git_repo / FILE).write_text(Settings("elsewhere").to_yaml())
    assert repo.settings.pipelines_dir == "elsewhere"


def test_before_init_the_error_says_what_to_run(git_repo):
    with pytest.raises(RepositoryNotFoundError, match="zenml init"):
        Repository.get_instance()


def test_one_object_per_repository_found_from_anywhere(git_repo, tmp_path, git, monkeypatch):
    repo = Repository.init_repo()
    (git_repo / "deep").mkdir()
    monkeypatch.chdir(git_repo / "deep")
    assert Repository.get_instance() is repo
    other = tmp_path / "other"
    git("clone", "--quiet", str(git_repo), str(other))
    second = Repository.init_repo(other)
    assert Repository.get_instance() is repo
    monkeypatch.chdir(other)
    assert Repository.get_instance() is second
    assert Repository.get_instance(git_repo) is repo


def test_a_linked_work_tree_shares_the_stores_of_the_main_one(git_repo, git, tmp_path, monkeypatch):
    main = Repository.init_repo()
    git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    repo = Repository.get_instance()
    assert repo is not main
    assert (repo.path, repo.home) == (tmp_path / "linked", git_repo)
    assert repo.get_default_artifact_store().uri == main.get_default_artifact_store().uri
    assert repo.get_default_metadata_store().path == main.get_default_metadata_store().path
    assert repo.get_default_pipelines_dir() == tmp_path / "linked" / "pipelines"
    Repository.init_repo()
    assert Repository.get_instance().home == tmp_path / "linked"


def test_init_before_the_first_commit(tmp_path, monkeypatch):
    import subprocess

    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    repo = Repository.init_repo()
    assert repo.get_pipeline_names() == []
    assert repo.get_step_versions() == {}
    assert repo.get_git_wrapper().head_sha() is None


def test_work_trees_of_a_bare_repository_have_settings_of_their_own(git, tmp_path, monkeypatch):
    bare, linked = tmp_path / "bare.git", tmp_path / "linked"
    git("clone", "--quiet", "--bare", ".", str(bare))
    git("worktree", "add", "--quiet", str(linked), "main", folder=bare)
    monkeypatch.chdir(linked)
    with pytest.raises(RepositoryNotFoundError, match=f"{linked}.*zenml init"):
        Repository.get_instance()
    assert Repository.init_repo().home == linked
