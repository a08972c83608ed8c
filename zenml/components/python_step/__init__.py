"""PythonStep: calls the entrypoint of a free step."""
