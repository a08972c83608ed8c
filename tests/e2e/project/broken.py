"""The pipeline with a trainer that fails."""

from ours.failing import Failing
from pipeline import build

if __name__ == "__main__":
    build("broken", Failing()).run()
