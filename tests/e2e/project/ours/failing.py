"""A trainer with a mistake in a helper."""

from ours.training import Small


def share(part, whole):
    return part / whole


class Failing(Small):
    def model_fn(self, train, eval):
        share(1, 0)
        return super().model_fn(train, eval)
