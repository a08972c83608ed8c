"""A split of single rows."""

from zenml.steps.split import SplitStep


class ByFlipper(SplitStep):
    def __init__(self, test_below, **kwargs):
        self.test_below = test_below
        super().__init__(**kwargs)

    def get_split_names(self):
        return ["train", "eval", "test"]

    def partition_fn(self, element, n):
        assert n == 3
        digit = element.features.feature["flipper"].int64_list.value[0] % 10
        return 2 if digit < self.test_below else 1 if digit < 5 else 0
