"""Our TFX components: component.py declares what a node is, executor.py does its work."""
