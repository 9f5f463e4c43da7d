"""Learning from rewards for completions of its own: TRL's GRPO on our engine, with the judge as a process."""
