"""llama.cpp's own benchmark, where `llama-bench` is on PATH or named by LLAMA_BENCH."""

import json
import os
import shutil
import subprocess


def program():
    """Its path, or None."""
    return os.environ.get("LLAMA_BENCH") or shutil.which("llama-bench")


def run(model, threads, prompt=0, generated=0):
    """What it reports of one run: `avg_ts` is tokens a second, `build_number` its version."""
    command = [program(), "-m", model, "-p", str(prompt), "-n", str(generated), "-t", str(threads), "-r", "1", "-o", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
