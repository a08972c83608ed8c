"""Birds that were weighed: how heavy they are, and what that says."""

from pathlib import Path

from flow.cleaning import clean
from flow.describing import describe
from flow.loading import birds, names
from flow.reporting import report
from flow.scoring import score
from flow.training import train

from zenml import pipeline


@pipeline
def weights(digits: int = 1):
    # The text is handed over: what a step reads by itself, no cache can see.
    rows = clean(birds(Path("data/birds.csv").read_text()), digits=digits)
    report(describe(rows), score(train(rows), rows), names())
