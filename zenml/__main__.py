"""`python -m zenml` is `zenml`."""

from zenml.cli.main import main

if __name__ == "__main__":
    main()
