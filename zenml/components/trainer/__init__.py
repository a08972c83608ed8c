"""Trainer: runs a TrainerStep."""
