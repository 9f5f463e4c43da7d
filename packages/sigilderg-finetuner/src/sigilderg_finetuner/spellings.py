"""Names that settings have elsewhere: in the trainer before this one, and in the libraries that people know."""

from __future__ import annotations

from sigil_common.settings import Spelling

_MODES = {"round_robin": "round-robin", "roundrobin": "round-robin"}
_COURSES = {"constant_with_warmup": "constant"}  # here the warm-up is a setting of its own

SPELLINGS: dict[str, Spelling] = {
    "max_seq_len": Spelling("train.max_seq_len"),
    "max_seq_length": Spelling("train.max_seq_len"),
    "dataset.max_seq_len": Spelling("train.max_seq_len"),
    "pack": Spelling("train.packing"),
    "packing": Spelling("train.packing"),
    "dataset.pack": Spelling("train.packing"),
    "train.pack": Spelling("train.packing"),
    "dataset.interleave_mode": Spelling("dataset.interleave_mode", _MODES),
    "lr_scheduler_type": Spelling("train.scheduler", _COURSES),
    "train.lr_scheduler_type": Spelling("train.scheduler", _COURSES),
    "train.scheduler": Spelling("train.scheduler", _COURSES),
    "train.micro_batch_size": Spelling("train.micro_batch_size", {"auto": 0}),
    "optim": Spelling("train.optimizer"),
    "train.optim": Spelling("train.optimizer"),
    "train.learning_rate": Spelling("train.lr"),
    "train.save_steps": Spelling("train.save_every"),
    "save_total_limit": Spelling("train.keep_checkpoints"),
    "train.save_total_limit": Spelling("train.keep_checkpoints"),
    "train.num_train_epochs": Spelling("train.num_epochs"),
    "lora.use_rslora": Spelling("lora.rslora"),
    "log_backend": Spelling("misc.log_backend"),
    "train.log_backend": Spelling("misc.log_backend"),
    "misc.seed": Spelling("train.seed"),
}
