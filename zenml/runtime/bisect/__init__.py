"""Bisecting: which commit moved a metric of a pipeline.

`search` walks the history (`history`) and judges commits by their metric (`metric`).
What a commit gives is found in a process of its own (`laboratory`) that sees that
commit's files (`probe`), where the pipeline is frozen as of the commit (`refreeze`).
"""
