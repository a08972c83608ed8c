"""What zenml asks git and the pipelines' files, in a repository that is large."""
