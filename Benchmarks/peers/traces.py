"""Whole traces of this package and of its peers on the same model and texts, turn by turn, and the ratios of medians.

Peers: the authors' implementation (package `flashtrace`, float32 and bfloat16, stored and recomputed attention, and its
`ifr-matrix`, which is token-wise attribution), and the prefill of llama.cpp where `llama-bench` is on PATH or named by
LLAMA_BENCH. The authors' scores are compared with ours before any ratio is printed.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import random
import resource
import statistics
import subprocess
import tempfile
import time

import llama

# No progress bars of transformers between the lines of the table.
os.environ.setdefault("TQDM_DISABLE", "1")

# Rank correlation that scores of both sides must reach: their norms use another epsilon, and bfloat16 rounds.
LEAST_CORRELATION = {"float32": 0.99, "bfloat16": 0.9}


def sentences(seed):
    """English-like text without end."""
    pick = random.Random(seed).choice
    while True:
        name, verb = pick(["Ada", "Bruno", "Carla", "Dmitri", "Elif"]), pick(["sold", "carried", "lost", "found"])
        thing, place = pick(["a brass key", "two maps", "the ledger", "a clock"]), pick(["harbour", "mill", "market"])
        yield f"{name} {verb} {thing} near the {place}, and {pick(['Farid', 'Greta', 'Hugo'])} paid {pick(range(2, 99))} coins for it."


def text_of(tokenizer, source, tokens):
    """A text of about that many tokens; both sides tokenize it themselves."""
    text = ""
    while len(tokenizer(text).input_ids) < tokens:
        text += next(source) + " "
    return tokenizer.decode(tokenizer(text).input_ids[:tokens], skip_special_tokens=True).strip()


def load(model, dtype):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    path = pathlib.Path(model)
    arguments = dict(pretrained_model_name_or_path=str(path.parent), gguf_file=path.name)
    tokenizer = AutoTokenizer.from_pretrained(**arguments)
    loaded = AutoModelForCausalLM.from_pretrained(
        **arguments, dtype=getattr(torch, dtype), attn_implementation="eager").eval()
    return loaded, tokenizer


def theirs(connection, model, dtype, recompute, threads):
    """A process of its own, so that its peak memory is its own: answers requests until it is told to stop."""
    import torch
    from flashtrace import FlashTrace

    torch.set_num_threads(threads)
    loaded, tokenizer = load(model, dtype)
    tracer = FlashTrace(loaded, tokenizer, recompute_attention=recompute)
    while (request := connection.recv()) is not None:
        start = time.perf_counter()
        with torch.inference_mode():
            trace = tracer.trace(**request)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        connection.send((seconds, trace.scores, len(trace.generation_tokens), peak))


class Peer:
    def __init__(self, model, dtype, recompute, threads):
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=theirs, args=(other, model, dtype, recompute, threads), daemon=True)
        self.process.start()

    def trace(self, **request):
        self.connection.send(request)
        return self.connection.recv()

    def close(self):
        self.connection.send(None)
        self.process.join()


def ours(arguments, folder, method, precision):
    output = folder / "ours.json"
    command = [arguments.binary, "trace", "-m", arguments.model, "--prompt", folder / "prompt", "--target", folder / "target",
               "--method", method, "--hops", "1", "--threads", str(arguments.threads), "--precision", precision,
               "--json", output, "--quiet"]
    subprocess.run([str(part) for part in command], check=True)
    trace = json.loads(output.read_text())
    metadata = trace["metadata"]
    timing, peak = metadata["timing_seconds"], metadata["peak_memory_bytes"] / 2**20
    return timing["total"] - timing["load"], trace["scores"], len(trace["generation_tokens"]), peak, timing, metadata["precision"]


def correlation(a, b):
    """Spearman's; ties in the order of the tokens."""
    def ranks(values):
        order = sorted(range(len(values)), key=lambda i: values[i])
        return {index: rank for rank, index in enumerate(order)}

    n, x, y = len(a), ranks(a), ranks(b)
    return 1 - 6 * sum((x[i] - y[i]) ** 2 for i in range(n)) / (n * (n * n - 1))


def agree(mine, their, dtype):
    """The correlation of both sides' scores; ends the program where they cannot be of the same trace."""
    if len(mine[1]) != len(their[1]) or mine[2] != their[2]:
        raise SystemExit("the two sides have different tokens; nothing can be compared")
    agreement = correlation(mine[1], their[1])
    if agreement < LEAST_CORRELATION[dtype]:
        raise SystemExit(f"scores of {dtype} correlate by {agreement:.3f} only")
    return agreement


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def compare(arguments, folder, prompt, target, dtype, recompute):
    peer = Peer(arguments.model, dtype, recompute, arguments.threads)
    request = dict(prompt=prompt, target=target, hops=1, method="flashtrace")
    mine = []
    their = [peer.trace(**request)]  # warms up
    for _ in range(arguments.rounds):
        mine.append(ours(arguments, folder, "flashtrace", arguments.precision))
        their.append(peer.trace(**request))
    peer.close()
    seconds = [statistics.median(run[0] for run in runs) for runs in (mine, their[1:])]
    agreement = agree(mine[0], their[0], dtype)
    peaks = mine[-1][3], their[-1][3]
    row(f"trace, 1 hop, {'recomputed' if recompute else 'stored'} attention", dtype, f"{seconds[1]:.2f}", f"{peaks[1]:.0f}",
        f"{mine[0][5]} {seconds[0]:.2f}", f"{peaks[0]:.0f}", f"{seconds[1] / seconds[0]:.1f}", f"{peaks[1] / peaks[0]:.1f}",
        f"{agreement:.4f}")


def compare_tokenwise(arguments, folder, prompt, target):
    peer = Peer(arguments.model, "float32", False, arguments.threads)
    their = peer.trace(prompt=prompt, target=target, method="ifr-matrix")
    peer.close()
    mine = [ours(arguments, folder, "ifr-tokenwise", arguments.precision) for _ in range(arguments.rounds)]
    agreement = agree(mine[0], their, "float32")
    seconds = statistics.median(run[0] for run in mine)
    share = statistics.median(run[4]["hops"][0] / run[4]["prefill"] for run in mine)
    row("token-wise", "float32", f"{their[0]:.1f}", f"{their[3]:.0f}", f"{mine[0][5]} {seconds:.2f}",
        f"{mine[-1][3]:.0f}", f"{their[0] / seconds:.0f}", f"{their[3] / mine[-1][3]:.1f}",
        f"{agreement:.4f}")
    print(f"\nToken-wise attribution after the prefill: {share:.2f} prefills.")


def compare_prefill(arguments, folder, tokens):
    if not llama.program():
        print("\nllama-bench is not on PATH; prefill is not compared.")
        return
    theirs, mine = [], []
    for _ in range(arguments.rounds):
        theirs.append(llama.run(arguments.model, arguments.threads, prompt=tokens))
        run = ours(arguments, folder, "flashtrace", arguments.precision)
        mine.append(tokens / run[4]["prefill"])
    speed = statistics.median(run["avg_ts"] for run in theirs)
    print(f"\nPrefill of {tokens} tokens: llama.cpp build {theirs[0]['build_number']} {speed:.0f} tokens/s, "
          f"ours ({run[5]}) {statistics.median(mine):.0f}, ratio {statistics.median(mine) / speed:.2f}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the built flashtrace")
    parser.add_argument("-m", "--model", required=True, help="a GGUF file")
    parser.add_argument("--prompt-tokens", type=int, default=1024)
    parser.add_argument("--target-tokens", type=int, default=512)
    parser.add_argument("--dtype", nargs="*", choices=list(LEAST_CORRELATION), default=list(LEAST_CORRELATION))
    parser.add_argument("--precision", choices=["auto", "f32", "bf16", "i16"], default="auto", help="of our side")
    parser.add_argument("--tokenwise", action="store_true", help="compare token-wise attribution too (takes minutes)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    from transformers import AutoTokenizer

    path = pathlib.Path(arguments.model)
    tokenizer = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
    source = sentences(7)
    prompt, target = (text_of(tokenizer, source, n) for n in (arguments.prompt_tokens, arguments.target_tokens))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "prompt").write_text(prompt)
        (folder / "target").write_text(target)
        print(f"{path.name}, {arguments.prompt_tokens} + {arguments.target_tokens} tokens, {arguments.threads} threads, "
              f"{arguments.rounds} rounds; model loaded on both sides\n")
        row("what", "theirs", "s", "MiB", "ours, s", "MiB", "times faster", "times less memory", "rank correlation")
        row(*["---"] * 9)
        for dtype in arguments.dtype:
            for recompute in (False, True):
                compare(arguments, folder, prompt, target, dtype, recompute)
        if arguments.tokenwise:
            compare_tokenwise(arguments, folder, prompt, target)
        compare_prefill(arguments, folder, arguments.prompt_tokens + arguments.target_tokens)


if __name__ == "__main__":
    main()
