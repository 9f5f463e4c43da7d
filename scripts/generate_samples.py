#!/usr/bin/env python3
"""Draw completions from a model; the same as `human-eval-rust generate`.

    python scripts/generate_samples.py --checkpoint out/llama8b-rust-qlora-phase2/checkpoint-12000 \
        --output rust_samples.jsonl
"""

from human_eval_rust.commands.generate import main

if __name__ == "__main__":
    main()
