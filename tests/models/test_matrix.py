"""What a matrix of numbers is not made of."""

from __future__ import annotations

import pytest

from zenml.errors import DataError
from zenml.models.columns import Column
from zenml.models.matrix import check_numbers


@pytest.mark.parametrize(("name", "what"), [("a_xf", "feature"), ("a_xl", "label")])
def test_strings_are_refused_as_what_they_are(name, what):
    with pytest.raises(DataError, match=f"The {what} '{name}' holds strings"):
        check_numbers([Column("b_xf", "float32", (1,)), Column(name, "string", (1,))])
