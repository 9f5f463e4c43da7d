"""Make a crate list of a registry's metadata."""

from sigil_common import cli
from sigil_pipeline.registry.make_list import command

if __name__ == "__main__":
    cli.run(command)
