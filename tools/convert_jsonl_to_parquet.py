"""Convert a JSONL data set to Parquet."""

from sigil_common import cli
from sigil_pipeline.dataset_tools.parquet import to_parquet_command

if __name__ == "__main__":
    cli.run(to_parquet_command)
