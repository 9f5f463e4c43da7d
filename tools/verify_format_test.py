"""Check that a data set keeps its format."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.format_check import command

if __name__ == "__main__":
    cli.run(command)
