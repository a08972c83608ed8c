"""A helper of many."""

from .constants import SMALLEST


def plain(value, digits):
    return max(round(float(value), digits), SMALLEST)


def mean(values):
    return sum(values) / len(values)
