"""The import paths of the oldest documents; what they lead to lies in its room of today.

Nothing is defined here and nothing is imported: `names` says which path leads where, and a path
is followed when it is imported (`zenml/_old_paths.py`).

Example:
    >>> from zenml.core.steps.split.random_split import RandomSplit
    >>> RandomSplit.__module__
    'zenml.steps.split.random'
"""
