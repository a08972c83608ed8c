"""A pipeline of which every step is the user's own. An argument: how many epochs to train."""

import json
import sys

from ours.judging import Judge
from ours.preparing import Prepare
from ours.rows import PenguinRows
from ours.shipping import Ship
from ours.splitting import ByFlipper
from ours.training import Small

from zenml.pipelines import TrainingPipeline

EPOCHS = int(sys.argv[1]) if len(sys.argv) > 1 else 2


def build(name, trainer):
    pipeline = TrainingPipeline(name=name)
    pipeline.add_datasource(PenguinRows(name="rows", path="data.csv"))
    pipeline.add_split(ByFlipper(test_below=3))
    pipeline.add_preprocesser(Prepare())
    pipeline.add_trainer(trainer)
    pipeline.add_evaluator(Judge())
    pipeline.add_deployment(Ship(shelf="shelf"))
    return pipeline


if __name__ == "__main__":
    result = build("ours", Small(epochs=EPOCHS)).run()
    print(json.dumps({node.name: node.outputs for node in result.nodes.values()}))
