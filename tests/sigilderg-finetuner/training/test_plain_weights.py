"""A model whose weights are plain is trained without the library of four-bit layers, whose import takes seconds."""

import pickle
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
CODE = """
import os, pickle, sys
from sigil_common.warm import decisive
before = decisive(dict(os.environ))
from sigilderg_finetuner import flow
from sigilderg_finetuner.training import runtime
plain, four_bits = pickle.loads(sys.stdin.buffer.read())
runtime.prepare()
flow.run(plain)
assert "peft" in sys.modules
assert "bitsandbytes" not in sys.modules
from transformers.utils import is_bitsandbytes_available
assert is_bitsandbytes_available()
flow.run(four_bits)
from peft.tuners.lora.bnb import Linear4bit
assert "bitsandbytes" in sys.modules
# What libraries set when they are imported keeps no command that is started from here from the process that has them.
assert "torch._inductor" in sys.modules
assert decisive(dict(os.environ)) == before
"""


def test_bitsandbytes_is_loaded_where_a_model_is_held_in_four_bits_only(settings_for):
    short = {"train__num_steps": 2, "train__save_every": 1, "train__val_every": 0}
    both = settings_for("plain", **short), settings_for("four-bits", quantization="nf4", **short)
    subprocess.run([sys.executable, "-c", CODE], input=pickle.dumps(both), check=True)
