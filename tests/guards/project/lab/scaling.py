"""A helper that is edited from commit to commit."""

FACTOR = 1
