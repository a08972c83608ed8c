"""SplitGen: runs a SplitStep."""
