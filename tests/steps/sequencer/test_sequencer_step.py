from __future__ import annotations

import pytest

from zenml.errors import StepInterfaceError
from zenml.steps.sequencer import BaseSequencerStep, SequencerStep


def test_what_is_missing_is_named():
    class Half(SequencerStep):
        def get_window(self):
            return 1

        def get_combine_fn(self):
            return 2

    with pytest.raises(
        StepInterfaceError,
        match=r"Half does not define get_timestamp_do_fn\(\), get_category_do_fn\(\)\.",
    ):
        Half().check()
    with pytest.raises(StepInterfaceError, match=r"Half does not define get_category_do_fn\(\)"):
        Half().get_category_do_fn()
    assert Half().get_window() == 1
    assert BaseSequencerStep is SequencerStep
