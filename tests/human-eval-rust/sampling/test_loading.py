"""What drawing loads: nothing that only other models need, as importing it takes seconds."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust.sampling.settings import SampleSettings

CODE = """
import pickle, sys
from human_eval_rust.sampling import draw
for settings in pickle.loads(sys.stdin.buffer.read()):
    draw.generate(settings)
    print(*[name for name in ("torch", "peft", "bitsandbytes") if name in sys.modules])
"""


@pytest.mark.slow
def test_a_model_is_drawn_from_without_what_it_does_not_need(tmp_path, tiny, checkpoint):
    asked = [
        SampleSettings(
            model=str(model),
            problem_file=[Path("RustFirstSteps")],
            limit=1,
            max_new_tokens=4,
            output=tmp_path / f"{model.name}.jsonl",
        )
        for model in (tiny, checkpoint)
    ]
    done = subprocess.run([sys.executable, "-c", CODE], input=pickle.dumps(asked), stdout=subprocess.PIPE, check=True)
    assert done.stdout.decode().splitlines() == ["torch", "torch peft"]
