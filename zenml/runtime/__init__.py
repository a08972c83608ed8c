"""The runtime: freezes pipelines, runs them node by node, and knows their results."""
