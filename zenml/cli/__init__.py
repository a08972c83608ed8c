"""The command line: `zenml`."""
