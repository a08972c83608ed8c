"""Requests a second that a served model answers, and how long each takes."""
