"""The pipeline with a trainer that takes its time."""

from ours.waiting import Waiting
from pipeline import build

if __name__ == "__main__":
    print(build("slow", Waiting(marker="training-began")).register_pipeline())
