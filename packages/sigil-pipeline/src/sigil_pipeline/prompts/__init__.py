"""The wording of prompts, chosen by a seed."""
