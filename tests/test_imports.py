"""What stays unimported: the command line and a cached run have no time for TensorFlow."""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import zenml

TENSORFLOW = ["tensorflow", "tfx", "apache_beam", "keras", "tensorflow_transform", "tfx_bsl"]
TENSORFLOW += ["tensorflow_data_validation", "tensorflow_model_analysis"]
ARRAYS = ["pandas", "numpy", "pyarrow"]
HEAVY = [*TENSORFLOW, *ARRAYS, "ml_metadata", "git", "rich", "yaml", "grpc"]
# They are about TFX, and are imported when a node has to run.
ABOUT_TFX = (
    "zenml.components.",
    "zenml.compiler.baseline",
    "zenml.compiler.ir",
    "zenml.compiler.tfx",
    "zenml.records",
    "zenml.steps.preprocesser.classes",
)
# They are about PyTorch, an extra that no lock holds.
ABOUT_TORCH = ("zenml.models.torch_network",)


def loaded_after(code: str, cwd: Path | None = None) -> set[str]:
    """Top-level packages in memory after some code ran in a fresh interpreter."""
    tail = (
        "\nimport json, sys; print(json.dumps(sorted({n.partition('.')[0] for n in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + tail], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def command(*words: str) -> str:
    """Code that runs the command line as `zenml` does."""
    return (
        "import sys\n"
        "from zenml.cli.main import main\n"
        f"try: main({list(words)!r})\n"
        "except SystemExit as exc: assert not exc.code, exc.code\n"
    )


@pytest.mark.parametrize(
    "code",
    [
        "import zenml",
        "import zenml.steps, zenml.pipelines, zenml.datasources, zenml.backends, zenml.repo",
        "import zenml.steps.trainer, zenml.steps.preprocesser, zenml.metadata, zenml.runtime",
        "from zenml.steps.base import BaseStep",
        "from zenml.errors import ZenMLError",
    ],
)
def test_importing_a_package_imports_none_of_its_members(code: str) -> None:
    assert not loaded_after(code) & {*HEAVY, "click"}


@pytest.mark.parametrize("words", [["--help"], ["version"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    assert not loaded_after(command(*words)) & set(HEAVY)


@pytest.mark.parametrize(
    "words", [["pipeline", "--help"], ["datasource", "--help"], ["init", "-h"]]
)
def test_help_of_a_command_imports_nothing_heavy(words: list[str]) -> None:
    assert not loaded_after(command(*words)) & set(HEAVY)


def test_defining_a_pipeline_imports_no_tensorflow() -> None:
    code = """
from zenml.datasources import CSVDatasource
from zenml.pipelines import TrainingPipeline
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer
pipeline = TrainingPipeline(name="p")
pipeline.add_datasource(CSVDatasource(name="d", path="d.csv"))
pipeline.add_split(RandomSplit(split_map={"train": 0.5, "eval": 0.3, "test": 0.2}))
pipeline.add_preprocesser(StandardPreprocesser(features=["a"], labels=["b"]))
pipeline.add_trainer(TFFeedForwardTrainer())
pipeline.add_evaluator(TFMAEvaluator(metrics={"b": ["binary_accuracy"]}, slices=[["a"]]))
pipeline.add_deployment(FolderDeployer(path="deployed"))
pipeline.check()
"""
    assert not loaded_after(code) & {*TENSORFLOW, "pandas", "ml_metadata"}


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["pipeline", "list"], {"rich", "yaml"}),
        (["pipeline", "list", "--output", "json"], {"yaml"}),
        (["step", "list"], {"rich", "yaml"}),
        (["status"], {"yaml", "ml_metadata", "grpc"}),
        (["pipeline", "get", "p"], {"rich", "yaml", "ml_metadata", "grpc"}),
    ],
)
def test_a_question_imports_what_it_needs_and_no_more(
    git_repo: Path, words: list[str], needed: set[str]
) -> None:
    from zenml import spec_yaml
    from zenml.repo import Repository
    from zenml.spec import NodeSpec, PipelineSpec, StepSpec

    repo = Repository.init_repo()
    nodes = (NodeSpec("split", "split_gen", StepSpec("mine.Split", "unpinned")),)
    spec = PipelineSpec("p", "training", "zenml.pipelines.TrainingPipeline", "zenml_1", nodes)
    spec_yaml.write(spec, repo.get_default_pipelines_dir())
    loaded_after(command(*words), git_repo)  # the first time files are indexed
    assert loaded_after(command(*words), git_repo) & set(HEAVY) <= needed


def test_every_module_but_those_about_tfx_imports_without_it() -> None:
    elsewhere = ABOUT_TFX if importlib.util.find_spec("torch") else ABOUT_TFX + ABOUT_TORCH
    names = [
        module.name
        for module in pkgutil.walk_packages(zenml.__path__, "zenml.")
        if not module.name.startswith(elsewhere) and not module.name.endswith("__main__")
    ]
    assert len(names) > 50
    code = f"""
import importlib, sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {TENSORFLOW!r}:
            raise AssertionError(f"{{current}} imports {{name}}")
sys.meta_path.insert(0, Refusing())
for current in {names!r}:
    importlib.import_module(current)
"""
    assert not loaded_after(code) & set(TENSORFLOW)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    import zenml.steps.split

    with pytest.raises(AttributeError, match=r"zenml\.steps\.split' has no attribute 'Nothing"):
        zenml.steps.split.Nothing  # noqa: B018
    with pytest.raises(ImportError, match="Nothing"):
        from zenml.steps.split import Nothing  # type: ignore[attr-defined] # noqa: F401


def test_every_name_of_a_lazy_package_can_be_imported() -> None:
    code = """
import importlib, pkgutil, zenml
for module in pkgutil.walk_packages(zenml.__path__, "zenml."):
    if not module.ispkg or module.name.startswith("zenml.components."):
        continue
    package = importlib.import_module(module.name)
    if not hasattr(package, "__all__") or module.name in ("zenml.compiler", "zenml.records"):
        continue
    assert dir(package) == sorted(package.__all__), module.name
    for name in package.__all__:
        assert getattr(package, name) is getattr(package, name)
"""
    assert not loaded_after(code) & set(TENSORFLOW)
