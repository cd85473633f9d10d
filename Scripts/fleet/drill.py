"""A small life of a service on one or more Supervisors, given by someone who repeats what was refused."""
import json
import os
import shutil
import subprocess
import time

from . import sample
from .feed import FeedReader
from .processes import Failure, Fleet, wait_for
from .registry import Registry

# A trap, an abort, a bad access: never what was asked for.
CRASHES = {-4, -5, -6, -7, -8, -11, -31}


class Drill:
    """The fleet of a drill, and what is done with it."""

    def __init__(self, binaries, root, seed, speed, supervisors=None, once=None, patience=90.0,
                 retention=60, always=None):
        self.supervisors = supervisors or {"sv-oslo": "domain-c8"}
        self.patience = patience
        self.registry = Registry()
        self.fleet = Fleet(binaries, root, self.supervisors, speed, root, seed=seed, once=once, always=always)
        settings = self.fleet.path("sources.yaml")
        with open(settings, "w") as file:
            file.write(sample.sources(self.registry))
        self.fleet.options = {
            "flotilla-coordinator": [
                "--config", settings, "--set", "snapshot.records=20", "--set", f"retention.records={retention}", "--set", "reconnectGrace=5s"],
            "flotilla-agent": ["--config", settings, "--set", "snapshot.records=20"],
        }
        self.metadata, self.packages = sample.write(self.fleet.folder, self.registry)
        self.reader = FeedReader(self.fleet)
        self.refusals = []

    def run(self, *arguments, timeout=100):
        return subprocess.run(
            [self.fleet.binary("flotilla"), *arguments], capture_output=True, text=True, timeout=timeout,
            env=self.fleet.env, stdin=subprocess.DEVNULL)

    def json(self, *arguments):
        result = self.run(*arguments, "-o", "json")
        if result.returncode != 0:
            raise Failure(f"flotilla {' '.join(arguments)}: exit {result.returncode}\n{result.stderr}")
        return json.loads(result.stdout)

    def insist(self, command, holds):
        """Gives a command until what it is for holds."""
        deadline = time.monotonic() + self.patience
        while True:
            result = self.run(*command)
            if result.returncode != 0:
                self.refusals.append((command, result.returncode, result.stdout + result.stderr))
            end = min(deadline, time.monotonic() + (60 if result.returncode == 0 else 2))
            while time.monotonic() < end:
                if self.quietly(holds):
                    return
                time.sleep(0.1)
            if time.monotonic() >= deadline:
                raise Failure(f"not within {self.patience:.0f} s: flotilla {' '.join(command)}; it last ended with "
                              f"{result.returncode}:\n{result.stdout}{result.stderr}")

    @staticmethod
    def quietly(condition):
        try:
            return condition()
        except (Failure, ValueError, KeyError, subprocess.TimeoutExpired):
            return False

    # -- what holds

    def install_of(self, supervisor):
        for view in self.json("supervisor", "show", supervisor)["installs"]:
            if view["service"] == sample.SERVICE:
                return view
        return None

    def is_at(self, version, text):
        def holds():
            for name in self.supervisors:
                view = self.install_of(name)
                if not view or view["state"] != "CONFIGURED" or view.get("currentVersion") != version:
                    return False
                if self.live_text(name) != f"{text}/{version}":
                    return False
            return True
        return holds

    def live_text(self, supervisor):
        return self.fleet.kubectl(
            supervisor, "-n", "svc-drill-" + self.supervisors[supervisor], "get", "configmap", "drill", "-o",
            "jsonpath={.data.text}/{.data.version}", check=False).stdout

    def is_gone(self):
        for name, moid in self.supervisors.items():
            if self.install_of(name) is not None:
                return False
            if "NotFound" not in self.fleet.kubectl(name, "get", "namespace", "svc-drill-" + moid, check=False).stderr:
                return False
        return True

    def has_version(self, version):
        services = self.json("service", "show", sample.SERVICE)
        return version in json.dumps(services)

    def all_connected(self):
        return all(view["connected"] for view in self.json("supervisor", "list")["items"]) \
            and len(self.json("supervisor", "list")["items"]) == len(self.supervisors)

    # -- the life

    def start(self, arrange=lambda name: {}):
        """`arrange`: more for `start_agent`, by Supervisor."""
        fleet = self.fleet
        fleet.start_simulators()
        fleet.start_coordinator()
        wait_for("the coordinator to answer", lambda: self.run("doctor").returncode in (0, 1), 40)
        self.reader.start()
        for name, moid in self.supervisors.items():
            join = fleet.path(name + ".join.yaml")
            self.insist(["supervisor", "add", name, "--moid", moid, "--auto-accept", "-o", join], lambda join=join: os.path.exists(join))
            fleet.start_agent(name, **arrange(name))
        wait_for("all agents to connect", lambda: self.quietly(self.all_connected), self.patience)

    def has_overwrite(self):
        return False

    def names(self):
        return ",".join(self.supervisors)

    def live(self):
        self.start()
        first, second = sample.VERSIONS
        self.insist(["service", "register", self.packages[first], self.metadata], lambda: self.has_version(first))
        self.insist(["install", sample.SERVICE, "--version", first, "--on", self.names(), "--wait"],
                    self.is_at(first, "hello"))
        self.insist(["reconfigure", sample.SERVICE, "--on", self.names(), "--set", "text=moin", "--wait"],
                    self.is_at(first, "moin"))
        self.restart()
        self.insist(["service", "add-version", self.packages[second]], lambda: self.has_version(second))
        self.insist(["upgrade", sample.SERVICE, "--to", second, "--on", self.names(), "--wait"],
                    self.is_at(second, "moin"))
        confirm = [word for name in self.supervisors for word in ("--confirm", f"drill@{name}")]
        self.insist(["uninstall", sample.SERVICE, "--on", self.names(), "--delete-data", *confirm, "--wait"],
                    self.is_gone)

    def restart(self):
        """Ends coordinator and agents in order and starts them again, still armed when nothing happened yet."""
        for name, unit in self.fleet.units.items():
            if name.startswith("simulator"):
                continue
            armed = self.fleet.once.get(name, {})
            unit.stop(30)
            if armed and f"failpoint {armed['FLOTILLA_FAILPOINTS'].split('=')[0]}:" not in unit.text():
                unit.once = dict(armed)
            unit.begin()
        wait_for("all agents to connect again", lambda: self.quietly(self.all_connected), self.patience)

    def log(self, unit):
        return self.fleet.units[unit].text()

    # -- the end

    def check(self, allowed):
        """The feed, the journals, the clusters and how the processes ended."""
        wait_for("the reports to be taken", lambda: self.quietly(self.is_at_rest), self.patience)
        events = self.reader.check_against_journal()
        arguments = ["verify", "--data-dir", self.fleet.path("coordinator")]
        for name in self.supervisors:
            arguments += ["--agent", f"{name}={self.fleet.path('agent-' + name)}"]
            arguments += ["--cluster", f"{name}={self.fleet.kubeconfig(name)}"]
        # Read while everything runs: an agent may be about to note what it has done.
        deadline = time.monotonic() + 20
        while (verified := self.run(*arguments)).returncode != 0 and time.monotonic() < deadline:
            time.sleep(1)
        if verified.returncode != 0:
            raise Failure(f"flotilla verify: exit {verified.returncode}\n{verified.stdout}{verified.stderr}")
        for name, unit in self.fleet.units.items():
            wrong = [code for code in unit.exits if code in CRASHES or (allowed is not None and code not in allowed)]
            if wrong:
                raise Failure(f"{name} ended with {wrong}:\n{unit.tail(8)}")
        return events

    def keep_copy(self):
        """Copies the folder as it is: what is mounted in it goes with the end of the run."""
        target = self.fleet.folder + ".copy"
        shutil.copytree(self.fleet.folder, target, symlinks=True, ignore=shutil.ignore_patterns("*.sock", "ballast"))
        return target

    def is_at_rest(self):
        tasks = self.json("task", "list")["items"]
        return self.all_connected() and all(task["state"] not in ("pending", "running") for task in tasks)

    def stop(self, keep):
        self.reader.stopped = True
        if self.reader.process and self.reader.process.poll() is None:
            self.reader.process.terminate()
        problems = self.fleet.stop(keep)
        self.registry.close()
        return problems
