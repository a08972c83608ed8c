"""A trainer that says that it began, and goes on for longer than any test."""

import pathlib
import time

from zenml.steps.trainer import TrainerStep


class Waiting(TrainerStep):
    def __init__(self, marker, **kwargs):
        self.marker = marker
        super().__init__(**kwargs)

    def run_fn(self):
        pathlib.Path(self.serving_model_dir).mkdir(parents=True, exist_ok=True)
        pathlib.Path(self.serving_model_dir, "half.txt").write_text("half a model")
        pathlib.Path(self.marker).write_text("")
        for _ in range(6000):
            time.sleep(0.1)
