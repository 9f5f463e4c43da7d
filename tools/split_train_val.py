"""Divide a data set into train and val, by crate."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.parts import command

if __name__ == "__main__":
    cli.run(command)
