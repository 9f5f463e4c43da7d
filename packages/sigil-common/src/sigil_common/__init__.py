"""Records, settings, sandbox and compiler access that the SigilDERG packages share."""

__version__ = "4.0.0"
