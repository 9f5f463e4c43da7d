"""Training speed: packed rows and our attention, against the same model on padded rows, in the same run.

    python benchmarks/training.py                                     # a small random Llama, on what is here
    python benchmarks/training.py --shape 8b --seq 4096 --micro 4     # on a large GPU
    python benchmarks/training.py --shape 8b --quantization nf4 --seq 4096 --micro 1 --checkpointing

Weights and token ids are random: speed and memory do not depend on them. Lengths of samples are those of
Rust functions with their prompts (log-normal, median 300 tokens, a third of them answer). The baseline is
what a plain trainer does: rows padded to the longest of the batch, a causal mask, the head on every token.
Prints one JSON object; MFU is against the largest bf16 product measured in the same run. On a CPU all
seconds are CPU seconds.
"""

import argparse
import json
import time
from dataclasses import dataclass

import numpy as np
import torch

from sigil_common.settings import load_settings
from sigilderg_finetuner.data import pack
from sigilderg_finetuner.data.batches import Examples, collate
from sigilderg_finetuner.data.tokens import TokenTable
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import attention, model, plan, runtime
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.optimizers import make_optimizer

SHAPES = {
    "small": {"hidden_size": 256, "intermediate_size": 688, "num_hidden_layers": 8, "num_attention_heads": 8,
              "num_key_value_heads": 4, "vocab_size": 16_384, "tie_word_embeddings": True},
    "135m": {"hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30, "num_attention_heads": 9,
             "num_key_value_heads": 3, "vocab_size": 49_152, "tie_word_embeddings": True},
    "8b": plan.KNOWN_SHAPES["meta-llama/Llama-3.1-8B-Instruct"],
}  # fmt: skip


@dataclass
class Measured:
    seconds: float
    useful: int
    squares: int


def random_examples(count, longest, vocabulary):
    """Samples of random ids with the lengths of real ones."""
    draw = np.random.default_rng(0)
    lengths = np.clip(np.exp(draw.normal(np.log(300), 0.7, count)), 32, longest).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    table = TokenTable(draw.integers(3, vocabulary, offsets[-1]).astype(np.uint32), offsets, (lengths * 2) // 3)
    rows = np.arange(count)
    return Examples([table], np.zeros(count, dtype=np.int64), rows, lengths, table.answers)


def build(shape, settings, device):
    """A random model of that shape with an adapter, quantised as the settings say."""
    from transformers import LlamaConfig, LlamaForCausalLM

    dtype = torch.bfloat16 if settings.train.bf16 else torch.float32
    config = LlamaConfig(**SHAPES[shape], max_position_embeddings=131_072)
    config._attn_implementation = attention.register()
    with torch.device(device):
        base = LlamaForCausalLM._from_config(config, dtype=dtype)
    base.requires_grad_(False)
    if settings.quantization == "nf4":
        quantise(base, settings, device)
    model.disarm_cpu_repacking(base)
    if settings.train.grad_checkpointing:
        model.recompute_activations(base)
    return model.add_lora(base, settings.lora, 0)


def quantise(base, settings, device):
    from bitsandbytes.nn import Linear4bit, Params4bit

    four = settings.bnb_4bit
    for layer in base.get_decoder().layers:
        for name, old in [(n, m) for n, m in layer.named_modules() if isinstance(m, torch.nn.Linear)]:
            new = Linear4bit(old.in_features, old.out_features, bias=False, compute_dtype=torch.bfloat16, device="meta")
            new.weight = Params4bit(
                old.weight.data, requires_grad=False, quant_type=four.quant_type,
                compress_statistics=four.use_double_quant, module=new,
            ).to(device)  # fmt: skip
            parent = layer.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], new)


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def clock(device):
    """Seconds: of the wall on a GPU, of all cores together on a CPU, which others may be using as well."""
    return time.perf_counter() if device.type == "cuda" else time.process_time()


def seconds(step, batch, trainer):
    """Seconds of one optimizer step."""
    synchronize(trainer.device)
    start = clock(trainer.device)
    step(batch)
    trainer.optimizer.step()
    trainer.optimizer.zero_grad(set_to_none=True)
    synchronize(trainer.device)
    return clock(trainer.device) - start


def packed_batches(examples, seq, micro):
    rows = pack.best_fit(examples.length.tolist(), seq)
    return [collate(examples, rows[i : i + micro]) for i in range(0, len(rows) - micro + 1, micro)]


def packed_step(trainer):
    def step(batch):
        batch = trainer.ready(batch)
        trainer.model.get_base_model().set_attn_implementation(attention.NAME)
        with trainer.autocast():
            loss = model.loss_sum(trainer.model, batch, flash=trainer.flash)
        (loss / batch.labelled).backward()

    return step


def padded_batches(examples, count):
    """Samples in random order, as many to a batch as a packed one has on average."""
    order = np.random.default_rng(1).permutation(len(examples))
    return [order[i : i + count] for i in range(0, len(order) - count + 1, count)]


def padded_step(trainer, examples):
    """The baseline: padded to the longest, masked, the head on every token."""

    def step(chunk):
        longest = int(examples.length[chunk].max())
        ids = torch.zeros(len(chunk), longest, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        labels = torch.full_like(ids, -100)
        for i, example in enumerate(chunk):
            row = torch.from_numpy(examples.tables[0].row(int(example)).astype(np.int64))
            ids[i, : len(row)], mask[i, : len(row)] = row, 1
            labels[i, int(examples.answer[example]) : len(row)] = row[int(examples.answer[example]) :]
        ids, mask, labels = (tensor.to(trainer.device) for tensor in (ids, mask, labels))
        trainer.model.get_base_model().set_attn_implementation("sdpa")
        with trainer.autocast():
            loss = trainer.model(input_ids=ids, attention_mask=mask, labels=labels).loss
        loss.backward()

    return step


def lengths_of(batch, examples):
    return np.asarray(batch.lengths) if hasattr(batch, "lengths") else examples.length[batch]


def measure(kinds, examples, trainer):
    """Run the kinds in turns, so that what else the machine does hits all alike; the first step warms up."""
    found = {name: Measured(0.0, 0, 0) for name in kinds}
    for number in range(min(len(batches) for _, batches in kinds.values())):
        for name, (step, batches) in kinds.items():
            took = seconds(step, batches[number], trainer)
            if number:
                lengths = lengths_of(batches[number], examples)
                found[name].seconds += took
                found[name].useful += int(lengths.sum())
                found[name].squares += int((lengths * lengths).sum())
    return found


def best_product(device, size):
    """FLOP/s of the best of some bf16 products of two square matrices."""
    a, b = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
    best = 0.0
    for _ in range(8):
        synchronize(device)
        start = clock(device)
        a @ b
        synchronize(device)
        best = max(best, 2 * size**3 / (clock(device) - start))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--quantization", choices=["none", "nf4"], default="none")
    parser.add_argument("--seq", type=int, default=1024, help="tokens in a row")
    parser.add_argument("--micro", type=int, default=1, help="rows in a batch")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--no-baseline", action="store_true")
    args = parser.parse_args()
    runtime.prepare()
    overrides = {
        "quantization": args.quantization, "train.max_seq_len": args.seq, "train.micro_batch_size": args.micro,
        "train.grad_checkpointing": args.checkpointing, "lora.dropout": 0.0,
    }  # fmt: skip
    settings = load_settings(Settings, overrides=overrides).settings
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tuned = build(args.shape, settings, device)
    on_gpu = device.type == "cuda"
    trainer = Job(tuned, make_optimizer(tuned, settings.train), device, settings.train, on_gpu, even=on_gpu)
    tuned.train()
    samples = (args.steps + 1) * args.micro * args.seq // 300
    examples = random_examples(samples, args.seq, SHAPES[args.shape]["vocab_size"])
    batches = packed_batches(examples, args.seq, args.micro)
    kinds = {"packed": (packed_step(trainer), batches)}
    if not args.no_baseline:
        count = max(1, args.micro * args.seq // int(examples.length.mean()))
        kinds["padded"] = (padded_step(trainer, examples), padded_batches(examples, count))
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    seconds(*kinds["packed"][:1], batches[0], trainer)
    memory = torch.cuda.max_memory_allocated() / 2**30 if device.type == "cuda" else None
    found = measure(kinds, examples, trainer)
    packed = found["packed"]
    shape = plan.shape_of(SHAPES[args.shape], args.shape)
    work = plan.work(shape, repeated=False)
    speed = (work.token * packed.useful + work.square * packed.squares) / packed.seconds
    peak = best_product(device, 8192 if device.type == "cuda" else 1024)
    result = {
        **vars(args), "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "tokens_per_s": round(packed.useful / packed.seconds, 1), "tflops": round(speed / 1e12, 4),
        "peak_tflops_measured": round(peak / 1e12, 4), "mfu": round(speed / peak, 4),
        "peak_memory_gib": memory and round(memory, 2),
        "planned_memory_gib": round(plan.memory(shape, settings).total / 2**30, 2),
        "fill": round(sum(batch.tokens for batch in batches) / (len(batches) * args.micro * args.seq), 4),
    }  # fmt: skip
    if "padded" in found:
        plain = found["padded"]
        result["padded_tokens_per_s"] = round(plain.useful / plain.seconds, 1)
        result["ratio"] = round(result["tokens_per_s"] / result["padded_tokens_per_s"], 2)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
