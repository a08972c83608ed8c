"""Steps that take their time."""
