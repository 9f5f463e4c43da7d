"""Split a large JSONL file into smaller shards."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.shards import command

if __name__ == "__main__":
    cli.run(command)
