"""Matrix products of this package and of PyTorch, turn by turn on the same shapes, and the ratios of their medians.

Before PyTorch's side is timed its result is compared with a product in double precision; KernelBenchmarks verifies ours.
"""

import argparse
import csv
import io
import statistics
import subprocess
import time

import torch

MODELS = {
    "smollm2-135m": (576, 192, 1536),
    "qwen2.5-0.5b": (896, 128, 4864),
    "8b": (4096, 1024, 14336),
}
# PyTorch's side for each precision of ours.
DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16, "i16": torch.float32}
# Relative error of a product's sum that rounding explains, for inputs in [-1, 1).
TOLERANCES = {"f32": 1e-5, "bf16": 2e-2, "i16": 1e-5}


def products(model):
    hidden, keys, feed_forward = MODELS[model]
    return [(hidden, hidden), (keys, hidden), (feed_forward, hidden), (hidden, feed_forward)]


def ours(binary, shape, types, precision, threads, seconds):
    command = [binary, "--csv", "--shape", "x".join(map(str, shape)), "--precision", precision]
    command += ["--threads", str(threads), "--seconds", str(seconds), "--isa", "best"]
    for name in types:
        command += ["--type", name]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {row["weights"]: (float(row["median ms"]), float(row["best ms"])) for row in csv.DictReader(io.StringIO(output))}


class TorchProduct:
    def __init__(self, shape, precision):
        m, n, k = shape
        dtype = DTYPES[precision]
        generator = torch.Generator().manual_seed(1)
        self.x = (torch.rand(m, k, generator=generator) * 2 - 1).to(dtype)
        self.w = (torch.rand(n, k, generator=generator) * 2 - 1).to(dtype)
        y = self.run()[:4].double()
        expected = self.x[:4].double() @ self.w.double().T
        error = ((y - expected).norm() / expected.norm()).item()
        if not error < TOLERANCES[precision]:
            raise SystemExit(f"PyTorch's {precision} product is off by {error}")

    def run(self):
        return torch.nn.functional.linear(self.x, self.w)

    def milliseconds(self, seconds):
        self.run()
        times, start = [], time.perf_counter()
        while len(times) < 5 or time.perf_counter() - start < seconds:
            begin = time.perf_counter()
            self.run()
            times.append((time.perf_counter() - begin) * 1e3)
        return statistics.median(times), min(times)


def compare(arguments, shape, precision):
    """Medians over the rounds; both sides run in every round, so that both meet the same disturbances."""
    peer = TorchProduct(shape, precision)
    theirs, mine = [], {}
    for _ in range(arguments.rounds):
        theirs.append(peer.milliseconds(arguments.seconds))
        time.sleep(0.2)  # until PyTorch's threads stop spinning
        results = ours(arguments.binary, shape, arguments.type, precision, arguments.threads, arguments.seconds)
        for name, times in results.items():
            mine.setdefault(name, []).append(times)
    return theirs, mine


def summary(rounds):
    return statistics.median(t[0] for t in rounds), min(t[1] for t in rounds)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the built KernelBenchmarks")
    parser.add_argument("--model", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--rows", nargs="+", type=int, default=[512, 1024, 2048])
    parser.add_argument("--type", nargs="+", default=["f32", "bf16", "q8_0", "q4_1", "q4_k"])
    parser.add_argument("--precision", nargs="+", choices=DTYPES, default=list(DTYPES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"PyTorch {torch.__version__}, {arguments.threads} threads, {arguments.rounds} rounds; ratios above 1: ours is faster")
    print("| product (m x n x k) | precision | weights | ours GFLOP/s | PyTorch GFLOP/s | ratio of medians | ratio of bests |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with torch.inference_mode():
        for precision in arguments.precision:
            for rows in arguments.rows:
                for model in arguments.model:
                    for n, k in products(model):
                        report(arguments, (rows, n, k), precision)


def report(arguments, shape, precision):
    theirs, mine = compare(arguments, shape, precision)
    operations = 2e-6 * shape[0] * shape[1] * shape[2]
    their_median, their_best = summary(theirs)
    for name, rounds in mine.items():
        median, best = summary(rounds)
        print(
            f"| {' x '.join(map(str, shape))} | {precision} | {name} | {operations / median:.0f} "
            f"| {operations / their_median:.0f} | {their_median / median:.2f} | {their_best / best:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
