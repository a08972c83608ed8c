"""ExamplesGen: turns a table that a free step returned into examples."""
