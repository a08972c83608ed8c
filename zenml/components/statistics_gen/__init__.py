"""StatisticsGen: statistics of examples by TensorFlow Data Validation."""
