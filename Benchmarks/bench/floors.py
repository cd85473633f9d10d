"""The C floors of FLOTILLA_BASELINES: built beside the benchmarks, run in turn with what they are compared with."""
import json
import os
import socket
import subprocess


def free_port():
    with socket.socket() as item:
        item.bind(("127.0.0.1", 0))
        return item.getsockname()[1]


class Floors:
    """`present` is false when there are no baselines or no compiler: rows that need them are skipped."""

    PROGRAMS = {"durable": ["-lzmq", "-lsqlite3"], "router_bench": ["-lzmq", "-lpthread"]}

    def __init__(self, root, folder):
        self.folder = os.path.join(folder, "floors")
        self.source = os.environ.get("FLOTILLA_BASELINES") or os.path.join(os.path.dirname(root), "shared", "baselines")
        self.missing = None
        os.makedirs(os.path.join(self.folder, "dd"), exist_ok=True)
        for name, libraries in self.PROGRAMS.items():
            source = os.path.join(self.source, f"{name}.c")
            if not os.path.exists(source):
                self.missing = f"{source} is not there (set FLOTILLA_BASELINES)"
                return
            argv = ["gcc", "-O2", "-std=gnu11", "-o", os.path.join(self.folder, name), source] + libraries
            try:
                result = subprocess.run(argv, capture_output=True, text=True)
            except FileNotFoundError:
                self.missing = "gcc is not installed"
                return
            if result.returncode != 0:
                self.missing = f"{name}.c does not compile: {result.stderr.strip().splitlines()[0]}"
                return

    def _run(self, program, *arguments):
        os.makedirs(os.path.join(self.folder, "dd"), exist_ok=True)
        result = subprocess.run(
            [os.path.join(self.folder, program), *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
            timeout=180)
        if result.returncode != 0:
            raise RuntimeError(f"{program} {arguments}: exit {result.returncode}: {result.stderr}")
        return json.loads(result.stdout)

    def command_round_ms(self, agents, rounds):
        endpoint = f"tcp://127.0.0.1:{free_port()}"
        return self._run("durable", "cmd", endpoint, agents, rounds, "FULL", 1)["round_p50_ms"]

    def feed_per_second(self, agents, events):
        endpoint = f"tcp://127.0.0.1:{free_port()}"
        return self._run("durable", "feed", endpoint, agents, events, "FULL", 1)["ev_per_s"]

    def fanout_ms(self, agents, size, rounds):
        endpoint = f"tcp://127.0.0.1:{free_port()}"
        return self._run("router_bench", "fanout", endpoint, agents, size, rounds, 1)["round_p50_ms"]
