"""Adjust the task type distribution of a data set."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.rebalance import command

if __name__ == "__main__":
    cli.run(command)
