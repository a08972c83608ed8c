"""Measurements of zenml beside a hand-written TFX pipeline; `make bench` runs them."""
