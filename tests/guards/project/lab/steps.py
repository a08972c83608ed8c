"""Three steps in a row."""

import os
import subprocess
import time
from pathlib import Path

from lab.scaling import FACTOR
from zenml import step


@step
def load() -> list:
    if "GUARDS_BEGUN" in os.environ:  # a test that ends the command while a step runs
        Path(os.environ["GUARDS_BEGUN"]).touch()
        time.sleep(600)
    time.sleep(0.1)
    return [1.0, 2.0, 3.0]


@step
def scale(numbers: list) -> list:
    subprocess.run(["sleep", "0.2"], check=True)
    return [number * FACTOR for number in numbers]


@step
def check(numbers: list) -> float:
    time.sleep(0.1)
    return sum(numbers) / 6
