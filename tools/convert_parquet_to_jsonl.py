"""Convert a Parquet data set back to JSONL."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.parquet import to_jsonl_command

if __name__ == "__main__":
    cli.run(to_jsonl_command)
