"""GPUs for a machine that has none: lines as nvidia-smi prints them, and a stand-in that prints them."""

DRIVER = "580.65.06"


def listed(memory, capability="9.0", *, name="NVIDIA H100 80GB HBM3", uuid="GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"):
    """Return the line of one GPU; memory in MiB."""
    return f"{name}, {memory}, {capability}, {DRIVER}, {uuid}"


def smi(*lines):
    """Return the body of a shell script that prints these lines, a GPU each, and a bare number as such a memory."""
    texts = (listed(line) if isinstance(line, int) else line for line in lines)
    return "\n".join(f"echo '{text}'" for text in texts)
