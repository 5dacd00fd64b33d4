"""Tokens a second that this package and llama.cpp generate one after the other, turn by turn, and the ratio of medians.

llama.cpp's `llama-bench` must be on PATH or named by LLAMA_BENCH. It begins with an empty context, ours with a prompt of a
few tokens.
"""

import argparse
import pathlib
import re
import statistics
import subprocess

import llama

PROMPT = "Once upon a time there was a small village by the sea, and every morning"


def ours(arguments):
    command = [arguments.binary, "generate", "-m", arguments.model, "--prompt-text", PROMPT, "--threads", str(arguments.threads),
               "--precision", arguments.precision, "--max-tokens", str(arguments.tokens + 1), "--timing"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    count, speed = re.search(r"(\d+) tokens: .* then ([0-9.]+) tokens a second", told).groups()
    if int(count) != arguments.tokens + 1:
        raise SystemExit(f"our answer ended after {count} tokens; nothing can be compared")
    return float(speed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the built flashtrace")
    parser.add_argument("-m", "--model", required=True, help="a GGUF file")
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--precision", choices=["auto", "f32", "bf16", "i16"], default="auto", help="of our prefill")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if not llama.program():
        raise SystemExit("llama-bench is not on PATH, and LLAMA_BENCH does not name it")
    theirs, mine = [], []
    for _ in range(arguments.rounds):
        theirs.append(llama.run(arguments.model, arguments.threads, generated=arguments.tokens))
        mine.append(ours(arguments))
    speeds = [run["avg_ts"] for run in theirs]
    print(f"{pathlib.Path(arguments.model).name}, {arguments.tokens} tokens, {arguments.threads} threads, {arguments.rounds} rounds, "
          f"llama.cpp build {theirs[0]['build_number']}\n")
    print("| | median tokens/s | range |\n| --- | --- | --- |")
    for name, values in (("llama.cpp", speeds), ("ours", mine)):
        print(f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} to {max(values):.1f} |")
    print(f"\nRatio of medians: {statistics.median(mine) / statistics.median(speeds):.2f}")


if __name__ == "__main__":
    main()
