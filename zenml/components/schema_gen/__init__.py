"""SchemaGen: a schema from statistics and declared types."""
