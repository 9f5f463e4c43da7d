"""Instruction samples in, a LoRA adapter out."""

__version__ = "4.0.0"
