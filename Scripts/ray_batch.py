#!/usr/bin/env python3
"""Traces a JSON Lines data set on the machines of a Ray cluster, as `flashtrace batch` does on one.

    python3 Scripts/ray_batch.py IN.jsonl OUT.jsonl [--workers N] [--cpus N] [--address HOST:PORT] [--program FILE] -- \
        -m MODEL [options of flashtrace batch]

Needs Python 3.9 or newer and Ray (pip install ray). Each worker keeps one `flashtrace batch` process, which has loaded the
model and is fed a line at a time. A line that was being traced when its worker ended, or the machine under it, is traced
again by another: nothing is lost, and nothing but that line is repeated. The model and the program must lie under the same
path on every machine.

OUT gets the lines in the order of IN, each as soon as all before it are done, with the same keys as `flashtrace batch`
writes; a run that was interrupted goes on where it stopped. Bad lines are reported and left out, unless --keep-errors is
among the options. Exit codes are those of flashtrace: 0, 64 wrong usage, 65 unusable input or lines that were left out,
70 an error of the program, 130 interrupted.

--workers N     workers in the whole cluster; default: as many as the cluster's CPUs can hold
--cpus N        CPUs, and threads, of a worker (default 1)
--address A     address of a running cluster; default: a cluster of this machine alone, reachable from it alone
--program FILE  the flashtrace to run; default: .build/release/flashtrace of this repository
"""
import argparse
import collections
import fcntl
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def named_address():
    """What follows --address; None without it."""
    options = sys.argv[1:sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    for option, value in zip(options, options[1:] + [None]):
        if option == "--address" or option.startswith("--address="):
            return option.partition("=")[2] or value
    return None


# On Linux Ray takes 127.0.0.1 for the machine's outward address, where nothing listens, unless its clusters are switched off.
if (named_address() or "127.0.0.1").startswith(("127.", "localhost")):
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"

try:
    import ray
except ImportError:
    sys.exit("error: ray is not installed; run: pip install ray")

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / ".build/release/flashtrace"
# A line that has ended so many workers is not given to another one.
ATTEMPTS = 3
# Lines that may be done before one that is still at work, which OUT waits for.
WINDOW = 256
# How lines of OUT begin.
OPENINGS = (b'{"error":', b'{"generation_scores":')


class BadInput(Exception):
    """What a user can mend: exit code 65."""


@ray.remote(max_restarts=-1, max_task_retries=0)
class Worker:
    """One flashtrace process, fed a line at a time."""

    def __init__(self, command):
        self.command, self.process = command, None

    def ready(self):
        return ray.util.get_node_ip_address(), ray.get_runtime_context().get_node_id()

    def trace(self, line):
        """The line that the process answers with; (exit code, standard error) where it ends instead."""
        if self.process is None or self.process.poll() is not None:
            self.errors = tempfile.TemporaryFile()
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        try:
            self.process.stdin.write(line + b"\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if answer.endswith(b"\n"):
            return answer
        code = self.process.wait()
        self.errors.seek(0)
        return code, self.errors.read().decode(errors="replace").strip()


class Output:
    """OUT: the lines that are there, and those that are added in order."""

    def __init__(self, path, keeps_errors):
        self.path, self.keeps_errors, self.run, self.done = path, keeps_errors, None, set()
        self.errors = 0  # lines of earlier runs that say why there is no trace
        self.file = open(path, "a+b")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInput(f"{path}: another run is writing it") from None
        self.file.seek(0)
        end = 0
        for number, line in enumerate(self.file, 1):
            if not line.endswith(b"\n") and (number > 1 or any(o.startswith(line[:len(o)]) for o in OPENINGS)):
                break  # an interruption cut it
            try:
                head = json.loads(line)
                self.check(head["run"])
                self.done.add(head["index"])
                self.errors += "error" in head
            except (ValueError, TypeError, KeyError):
                raise BadInput(f"{path}:{number}: is no line of a batch; name another file") from None
            end += len(line)
        self.file.truncate(end)

    def check(self, run):
        """All lines are of one run."""
        self.run = self.run or run
        for key in sorted(set(run) | set(self.run)):
            if run.get(key) != self.run.get(key):
                raise BadInput(f"{self.path} belongs to another run: its {key} is {self.run.get(key, 'none')}, "
                               f"this run's {run.get(key, 'none')}; name another file")

    def write(self, answer):
        self.file.write(answer)
        self.file.flush()


class Sample:
    """A line of IN: its number from 1, the index under which it is traced, and what is fed."""

    def __init__(self, number, line):
        self.number, self.attempts = number, 0
        self.index, self.line = number - 1, line.strip()
        try:
            keys = json.loads(self.line)
        except ValueError:
            return
        if isinstance(keys, dict):
            if isinstance(keys.get("index"), int):
                self.index = keys["index"]
            elif "index" not in keys:
                self.line = b'{"index":%d%s%s' % (self.index, b"," if keys else b"", self.line[1:])


class Driver:
    def __init__(self, source, output, command, workers, cpus):
        self.output, self.command = output, command
        self.samples = (sample for sample in (Sample(*entry) for entry in enumerate(source, 1) if entry[1].strip())
                        if sample.index not in output.done)
        # Samples at work or done, in order; those of them that are done; those whose worker was lost; the one that is next.
        self.order, self.finished, self.again, self.upcoming = collections.deque(), {}, collections.deque(), None
        # What each worker was asked: to be there (no sample), or to trace a sample; those that have nothing to do.
        self.asked, self.resting, self.nodes, self.skipped = {}, [], {}, []
        actor = Worker.options(num_cpus=cpus, scheduling_strategy="SPREAD")
        for _ in range(workers):
            self.ask_ready(actor.remote(command))

    def ask_ready(self, worker):
        """Asks the worker to be there; Ray answers when it is, however often it is started anew."""
        self.asked[worker.ready.options(max_task_retries=-1).remote()] = (worker, None)

    def run(self):
        """Traces everything; returns the numbers of the lines that were left out."""
        while self.order or self.has_more():
            done, _ = ray.wait(list(self.asked), num_returns=1, timeout=1)
            for question in done:
                self.take(question)
            while self.resting and (sample := self.next_sample()):
                self.feed(self.resting.pop(), sample)
        return self.skipped

    def has_more(self):
        self.upcoming = self.upcoming or next(self.samples, None)
        return self.upcoming is not None

    def next_sample(self):
        if self.again:
            return self.again.popleft()
        if len(self.order) >= WINDOW or not self.has_more():
            return None
        sample, self.upcoming = self.upcoming, None
        self.order.append(sample)
        return sample

    def feed(self, worker, sample):
        sample.attempts += 1
        self.asked[worker.trace.remote(sample.line)] = (worker, sample)

    def take(self, question):
        worker, sample = self.asked.pop(question)
        try:
            answer = ray.get(question)
        except ray.exceptions.RayError as error:
            self.lose(worker, sample, type(error).__name__)
            return
        if sample is None:
            self.nodes[worker] = answer[1]
        elif isinstance(answer, bytes):
            self.finish(sample, answer)
        else:
            code, errors = answer
            if code in (64, 65):  # nothing of the sample: those get a line
                sys.stderr.write(errors + "\n")
                sys.exit(code)
            self.retry(sample, f"the program ended with {code}: {errors.splitlines()[-1] if errors else 'no message'}")
        self.resting.append(worker)

    def lose(self, worker, sample, reason):
        """The worker has ended; Ray starts it anew where there is room."""
        if sample:
            self.retry(sample, f"its worker on node {self.nodes[worker][:8]} was lost ({reason})")
        self.ask_ready(worker)

    def retry(self, sample, reason):
        if sample.attempts < ATTEMPTS:
            say(f"line {sample.number}: {reason}; it is traced again")
            self.again.append(sample)
        else:
            say(f"error: line {sample.number}: {reason}, for the {ATTEMPTS}rd time; skipped")
            self.finish(sample, None)

    def finish(self, sample, answer):
        """Keeps an answer until all before it are there, then writes."""
        self.finished[sample] = answer
        while self.order and self.order[0] in self.finished:
            first = self.order.popleft()
            self.write(first, self.finished.pop(first))

    def write(self, sample, answer):
        if answer is None:
            self.skipped.append(sample.number)
            return
        if answer.startswith(b'{"error":'):
            keys = json.loads(answer)
            say(f"error: line {sample.number}: {keys['error']}; skipped")
            self.skipped.append(sample.number)
            if not self.output.keeps_errors:
                return
            keys["index"] = sample.index  # a line that is no object has none of its own
            answer = json.dumps(keys, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        self.output.check(json.loads(answer)["run"])
        self.output.write(answer)


def say(text):
    print(text, file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.error = lambda message: sys.exit(say(f"error: {message}\n\n{__doc__}") or 64)
    own = sys.argv[1:]
    options = []
    if "--" in own:
        place = own.index("--")
        own, options = own[:place], own[place + 1:]
    if "-h" in own or "--help" in own:
        print(__doc__)
        sys.exit(0)
    for name in ("source", "output"):
        parser.add_argument(name)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--cpus", type=int, default=1)
    parser.add_argument("--address")
    parser.add_argument("--program", default=str(PROGRAM))
    parsed = parser.parse_args(own)
    for name in ("workers", "cpus"):
        if (getattr(parsed, name) or 1) < 1:
            parser.error(f"--{name} is {getattr(parsed, name)}; it must be 1 or more")
    return parsed, options


def main():
    parsed, options = arguments()
    if not os.access(parsed.program, os.X_OK):
        raise BadInput(f"{parsed.program}: no such program; build it, or name it with --program")
    if os.path.exists(parsed.output) and os.path.samefile(parsed.source, parsed.output):
        raise BadInput(f"{parsed.source} and {parsed.output} are the same file")
    source = open(parsed.source, "rb")
    output = Output(parsed.output, "--keep-errors" in options)
    # Ray itself: one that this starts is of this machine alone.
    own = {"address": parsed.address} if parsed.address else {"address": "local", "include_dashboard": False}
    ray.init(log_to_driver=False, logging_level="ERROR", **own)
    workers = parsed.workers or max(1, int(ray.cluster_resources().get("CPU", 1)) // parsed.cpus)
    command = [parsed.program, "batch", "-", "-", "--keep-errors", "--threads", str(parsed.cpus)]
    command += [option for option in options if option != "--keep-errors"]
    skipped = Driver(source, output, command, workers, parsed.cpus).run()
    if skipped:
        raise BadInput(f"{len(skipped)} lines were skipped: {', '.join(map(str, skipped))}")
    if output.errors:
        raise BadInput(f"{output.errors} lines of {parsed.output} say why there is no trace")


if __name__ == "__main__":
    try:
        main()
    except BadInput as error:
        say(f"error: {error}")
        sys.exit(65)
    except OSError as error:
        say(f"error: {error.filename or ''}: {error.strerror}")
        sys.exit(65)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
