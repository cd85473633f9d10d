"""Starts, watches and ends the real processes of a small fleet in a scratch folder, as systemd would."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time


class Failure(Exception):
    """Something did not happen in time or did not look as it must."""


def wait_for(what, condition, seconds=60.0):
    """Polls until `condition()` is truthy and returns it; fails with `what` after the deadline."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failure(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


class Unit:
    """One process that is started again when it dies unasked, like a systemd unit with Restart=on-failure."""

    def __init__(self, name, argv, folder, env):
        self.name, self.argv, self.env = name, argv, env
        self.log = os.path.join(folder, f"{name}.log")
        self.process = None
        # Where the log of this start begins.
        self.begun = 0
        self.stopping = False
        self.restarts = 0
        # Exit codes of ends that nobody asked for, as `subprocess` gives them: -9 after kill -9.
        self.exits = []
        # More environment for the next start only.
        self.once = {}
        # Starts after which it is given up, as systemd does.
        self.limit = 50
        self.lock = threading.Lock()

    def start(self, instead=None):
        """Unless it is stopping, or was begun anew by another since `instead` ended."""
        with self.lock:
            if self.stopping or (instead is not None and self.process is not instead):
                return
            output = open(self.log, "ab")
            self.begun = output.tell()
            env, self.once = dict(self.env, **self.once), {}
            self.process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env, start_new_session=True)
            output.close()
        threading.Thread(target=self._watch, args=(self.process,), daemon=True).start()

    def _watch(self, process):
        code = process.wait()
        if self.stopping or self.process is not process:
            return
        self.restarts += 1
        self.exits.append(code)
        if self.restarts > self.limit:
            return
        time.sleep(0.2)
        self.start(instead=process)

    def begin(self):
        """Starts it again after `stop`."""
        self.stopping = False
        self.start()

    def kill(self):
        """kill -9; the watcher starts it again."""
        with self.lock:
            if self.process and self.process.poll() is None:
                self.process.send_signal(signal.SIGKILL)

    def signal(self, number):
        with self.lock:
            if self.process and self.process.poll() is None:
                self.process.send_signal(number)

    def revive(self):
        """Starts it when it is not running."""
        if self.process is None or self.process.poll() is not None:
            self.begin()

    def stop(self, seconds=15):
        self.stopping = True
        with self.lock:
            process = self.process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failure(f"{self.name} did not end within {seconds} s of SIGTERM; see {self.log}")

    def text(self):
        try:
            with open(self.log, errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def has_said(self, words):
        """Whether the process that runs, or ended last, has said so: not one before it."""
        with open(self.log, "rb") as file:
            file.seek(self.begun)
            return words.encode() in file.read()

    def tail(self, lines=15):
        try:
            with open(self.log, errors="replace") as file:
                return "".join(file.readlines()[-lines:])
        except OSError:
            return ""


class Fleet:
    """One coordinator, and per Supervisor one simulator and one agent."""

    def __init__(self, binaries, catalog, supervisors, speed, root, seed=1, options=None, once=None,
                 always=None):
        """`options`: further arguments by program; `once`, `always`: environment of a unit's first start, of every
        start, by its name."""
        self.options, self.once, self.always = options or {}, once or {}, always or {}
        self.binaries, self.catalog, self.supervisors = binaries, catalog, supervisors
        self.speed, self.seed = speed, seed
        # Where simulators and the coordinator listen.
        self.host = "127.0.0.1"
        self.folder = tempfile.mkdtemp(prefix="flotilla-story-")
        self.root = root
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("FLOTILLA_")}
        self.env.update(
            NO_COLOR="1", SWIFT_BACKTRACE="enable=no", CATALOG=catalog, XDG_CONFIG_HOME=self.path("config"),
            FLOTILLA_SERVER="unix:" + self.path("coordinator.sock"), LANG="C.UTF-8")
        self.units = {}

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def binary(self, name):
        return os.path.join(self.binaries, name)

    def unit(self, name, argv):
        program = next(os.path.basename(word) for word in argv if word.startswith(self.binaries))
        self.units[name] = Unit(name, argv + self.options.get(program, []), self.folder, dict(self.env, **self.always.get(name, {})))
        self.units[name].once = dict(self.once.get(name, {}))
        self.units[name].start()
        return self.units[name]

    def kubeconfig(self, supervisor):
        return self.path(f"{supervisor}.kubeconfig")

    def start_simulators(self):
        for index, (name, moid) in enumerate(self.supervisors.items()):
            self.unit(f"simulator-{name}", [
                self.binary("supervisor-simulator"), "--listen", f"{self.host}:0", "--moid", moid,
                "--kubeconfig-out", self.kubeconfig(name), "--clock-speed", str(self.speed),
                "--seed", str(self.seed * 100 + index)])
        for name in self.supervisors:
            wait_for(f"simulator of {name}", lambda: os.path.exists(self.kubeconfig(name)), 30)

    def start_coordinator(self):
        self.unit("coordinator", [
            self.binary("flotilla-coordinator"), "--data-dir", self.path("coordinator"),
            "--operator-socket", self.path("coordinator.sock"), "--listen", self.endpoint(0), "--enrolment-listen", self.endpoint(1)])
        wait_for("the coordinator's socket", lambda: os.path.exists(self.path("coordinator.sock")), 30)

    def endpoint(self, index):
        if not hasattr(self, "ports"):
            import socket
            sockets = [socket.socket() for _ in range(2)]
            for item in sockets:
                item.bind((self.host, 0))
            self.ports = [item.getsockname()[1] for item in sockets]
            for item in sockets:
                item.close()
        return f"tcp://{self.host}:{self.ports[index]}"

    def port(self, index):
        self.endpoint(index)
        return self.ports[index]

    def start_agent(self, name, prefix=(), extra=()):
        """`prefix`: a command that runs it, in a namespace of its own for example."""
        self.unit(f"agent-{name}", [
            *prefix, self.binary("flotilla-agent"), "--join", self.path(f"{name}.join.yaml"), "--kubeconfig",
            self.kubeconfig(name), "--data-dir", self.path(f"agent-{name}"), *extra])

    def kubectl(self, supervisor, *arguments, check=True, kubectl=None):
        argv = [kubectl or os.environ.get("KUBECTL", "kubectl"), "--kubeconfig", self.kubeconfig(supervisor)]
        env = dict(self.env, HOME=self.folder)
        result = subprocess.run(argv + list(arguments), capture_output=True, text=True, timeout=120, env=env)
        if check and result.returncode != 0:
            raise Failure(f"kubectl {' '.join(arguments)}: exit {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def stop(self, keep):
        problems = []
        for name in reversed(list(self.units)):
            try:
                self.units[name].stop()
            except Failure as failure:
                problems.append(str(failure))
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        return problems

    def show_logs(self):
        for unit in self.units.values():
            text = unit.tail()
            if text:
                print(f"--- {unit.name} ({unit.log})\n{text}", file=sys.stderr)
