"""Problems and completions in, verdicts and pass@k out."""

__version__ = "4.0.0"
