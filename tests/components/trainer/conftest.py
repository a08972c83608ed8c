"""Penguins after preprocessing, made once."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def penguins_transformed(penguin_frames, rows, tmp_path_factory):
    from zenml.components.transform.executor import transform
    from zenml.steps.preprocesser import StandardPreprocesser

    root = tmp_path_factory.mktemp("trainer")
    whole = pd.concat(penguin_frames.values())
    schema = rows.schema(whole)
    z_score = {"transform": [{"method": "scale_to_z_score"}]}
    step = StandardPreprocesser(
        features=[name for name in whole if name not in ("species", "body_mass_g", "year")],
        labels=["species", "body_mass_g"],
        overwrite={"body_mass_g": {"filling": [{"method": "mean"}], **z_score}},
    )
    examples = rows.write(root / "raw", penguin_frames)
    transform(step, examples, schema, str(root / "graph"), str(root / "examples"))
    one_label = StandardPreprocesser(features=list(step.features), labels=["species"], overwrite={})
    transform(one_label, examples, schema, str(root / "graph1"), str(root / "examples1"))
    return SimpleNamespace(root=root, schema=schema, raw=examples)


@pytest.fixture
def run(penguins_transformed, tmp_path, monkeypatch):
    """Trains a step and says where things lie: `run(step)`; `labels=2` for two labels."""
    from zenml.components.trainer.executor import train
    from zenml.live_lines import keeping

    monkeypatch.setattr("zenml.live_lines._is_watched", lambda: False)

    def run_step(step, labels=1):
        number = "" if labels == 2 else "1"
        step.check()
        lines = []
        with keeping(lines.append):
            train(
                step,
                examples=str(penguins_transformed.root / f"examples{number}"),
                schema=penguins_transformed.schema,
                graph=str(penguins_transformed.root / f"graph{number}"),
                model=str(tmp_path / "model"),
                logs=str(tmp_path / "logs"),
                results=str(tmp_path / "results"),
            )
        return SimpleNamespace(
            lines=lines,
            model=str(tmp_path / "model" / "Format-Serving"),
            logs=tmp_path / "logs",
            results=tmp_path / "results",
            examples=penguins_transformed.root / f"examples{number}",
        )

    return run_step


@pytest.fixture
def told():
    """Checks the lines that were said while a step trained against the history that it left."""

    def check(out, unit):
        history = json.loads((out.logs / "history.json").read_text())
        total = len(history["loss"])
        assert [line.split()[:2] for line in out.lines] == [
            [unit, f"{number}/{total}"] for number in range(1, total + 1)
        ]
        for place, line in enumerate(out.lines):
            words = line.split()[2:]
            assert words[0] == "loss"
            found = dict(zip(words[::2], map(float, words[1::2]), strict=True))
            assert found == pytest.approx({k: v[place] for k, v in history.items()}, rel=1e-3)

    return check


@pytest.fixture
def learn(rows, tmp_path):
    """Trains on a table that nobody has transformed: columns end in `_xf` and `_xl`."""
    from zenml.components.trainer.executor import train
    from zenml.components.transform.executor import transform
    from zenml.steps.preprocesser import PreprocessStep

    class Same(PreprocessStep):
        def preprocessing_fn(self, inputs):
            import tensorflow as tf

            one = {name: value.shape[-1] == 1 for name, value in inputs.items()}
            made = {n: tf.reshape(v, [-1]) if one[n] else v for n, v in inputs.items()}
            return {f"{name}_{'xl' if name == 'label' else 'xf'}": v for name, v in made.items()}

    def run(step, frame, splits=("train", "eval", "test")):
        step.check()
        place = tmp_path / str(len(list(tmp_path.iterdir())))
        frames = frame if isinstance(frame, dict) else dict.fromkeys(splits, frame)
        schema = rows.schema(frames["train"])
        examples = rows.write(place / "raw", frames)
        graph, made = str(place / "graph"), str(place / "made")
        transform(Same(), examples, schema, graph, made)
        folders = {name: str(place / name) for name in ("model", "logs", "results")}
        train(step, examples=made, schema=schema, graph=graph, **folders)
        model = f"{folders['model']}/Format-Serving"
        results = rows.read(folders["results"], "test")
        return SimpleNamespace(model=model, results=results, logs=Path(folders["logs"]))

    return run
