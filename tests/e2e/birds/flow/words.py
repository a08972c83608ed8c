"""A helper of the report alone."""


def sentence(**facts):
    return ", ".join(f"{name}: {fact}" for name, fact in facts.items())
