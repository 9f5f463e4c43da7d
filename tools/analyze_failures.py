"""Count why crates, chunks and samples were rejected."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.failures import command

if __name__ == "__main__":
    cli.run(command)
