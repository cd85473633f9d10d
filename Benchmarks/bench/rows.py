"""The rows of the table. Each yields `Row`s; each figure is taken in turn with its floor."""
import json
import os
import subprocess
import time

from fleet.processes import Failure, Fleet, wait_for

from .load import SERVICE, Load, metadata_yaml, package_yaml
from .measure import Row, Switches, anonymous_kib, median, rss_kib


def say(text):
    print(f"  {text}", flush=True)


class Bench:
    def __init__(self, binaries, root, floors, options):
        self.binaries, self.root, self.floors, self.options = binaries, root, floors, options
        self.scratch = floors.folder

    def skip(self, number, why):
        print(f"!! row {number} SKIPPED: {why}", flush=True)

    # -- 1 and 2: durable rounds and feed

    def durable(self, wanted):
        count = self.options.small or 100
        if self.floors.missing:
            for number in sorted(wanted & {1, 2}):
                self.skip(number, self.floors.missing)
            return
        load = Load(self.binaries, self.root, count)
        try:
            load.start()
            say(f"enrolling {count} agents")
            load.enrol()
            load.register()
            agents = load.agents(on_disk=True)
            agents.ask("live")
            agents.ask(f"install {SERVICE}")
            if 1 in wanted:
                yield from self.command_round(load, agents, count)
            if 2 in wanted:
                yield self.feed(agents, count)
            agents.stop()
        finally:
            load.stop(self.options.keep)

    def command_round(self, load, agents, count):
        ours, floor, again = [], [], []
        for _ in range(3):
            load.reinstall(agents)
        for turn in range(self.options.turns):
            floor.append(self.floors.command_round_ms(count, 40))
            ours.append(median([load.reinstall(agents)["ms"] for _ in range(15)]))
            again.append(median([load.round(agents)["ms"] for _ in range(10)]))
            say(
                f"durable round, turn {turn + 1}: {ours[-1]:.1f} ms, reconfigured {again[-1]:.1f} ms, "
                f"floor {floor[-1]:.1f} ms")
        yield Row(
            1, f"durable command round, {count} agents", "ms", "≤ 2.5 ×", 2.5, ours, floor,
            notes="one journal with its own fsync per simulated agent")
        yield Row(
            "1b", "the same as a reconfiguration", "ms", "none", float("inf"), again, floor,
            notes="every agent is asked for its plan first")

    def feed(self, agents, count):
        ours, floor = [], []
        events = 2000 if not self.options.small else 500
        agents.ask("feed 200")
        for turn in range(self.options.turns):
            floor.append(self.floors.feed_per_second(count, 2000))
            result = agents.ask(f"feed {events}")
            ours.append(result["events"] / result["ms"] * 1000)
            say(f"durable feed, turn {turn + 1}: {ours[-1]:,.0f} events/s, floor {floor[-1]:,.0f}")
        return Row(
            2, f"durable event feed, {count} agents", "events/s", "≥ 0.40 ×", 0.4, ours, floor, at_least=True)

    # -- 3, 4 and 6: a thousand agents

    def thousand(self, wanted):
        count = self.options.small or 1000
        load = Load(self.binaries, self.root, count)
        try:
            load.start()
            empty = rss_kib(load.pid)
            say(f"enrolling {count} agents, about {count // 40} s")
            load.enrol()
            load.register()
            agents = load.agents()
            agents.ask("live")
            agents.ask(f"install {SERVICE}")
            if 3 in wanted:
                if self.floors.missing:
                    self.skip(3, self.floors.missing)
                else:
                    yield from self.fan_out(load, agents, count)
            if 6 in wanted:
                yield self.comeback(load, agents, count)
            agents.stop()
            if 4 in wanted:
                yield self.memory(load, count, empty)
        finally:
            load.stop(self.options.keep)

    def fan_out(self, load, agents, count):
        """A first install: nothing is asked before. Then a reconfiguration, whose plans every agent is asked for."""
        ours, floor, again, accepted = [], [], [], []
        for _ in range(2):
            size = load.reinstall(agents)["commandBytes"]
        for turn in range(self.options.turns):
            floor.append(self.floors.fanout_ms(count, 1024, 20))
            rounds = [load.reinstall(agents) for _ in range(5)]
            ours.append(median([item["ms"] for item in rounds]))
            accepted.append(median([item["acceptedMs"] for item in rounds]))
            again.append(median([load.round(agents)["ms"] for _ in range(5)]))
            say(
                f"fan-out, turn {turn + 1}: {ours[-1]:.0f} ms (accepted after {accepted[-1]:.0f} ms), "
                f"reconfigured {again[-1]:.0f} ms, floor {floor[-1]:.0f} ms")
        yield Row(
            3, f"fan-out and all outcomes, {count} agents", "ms", "≤ 4 ×", 4, ours, floor,
            notes=f"{size:.0f} B per command; accepted after {median(accepted):.0f} ms")
        yield Row(
            "3b", "the same as a reconfiguration", "ms", "none", float("inf"), again, floor,
            notes="every agent is asked for its plan first")

    def comeback(self, load, agents, count):
        usable, live = [], []
        unit = load.fleet.units["coordinator"]
        for turn in range(self.options.turns):
            old = unit.process
            killed = time.monotonic()
            unit.kill()
            wait_for("the restart", lambda: unit.process is not old, 5)
            start = time.monotonic()
            # The agents notice the kill at once; until then they are all live.
            time.sleep(0.2)
            agents.ask("live")
            live.append(time.monotonic() - start)
            load.round(agents)
            usable.append(time.monotonic() - start)
            say(
                f"comeback, turn {turn + 1}: restarted after {start - killed:.2f} s, all live after {live[-1]:.2f} s, "
                f"a command through after {usable[-1]:.2f} s")
        return Row(
            6, f"{count} agents usable after kill -9", "s", "≤ 6 s", 6, usable,
            notes=f"to the end of a command on all; all live after {median(live):.2f} s")

    def memory(self, load, count, empty):
        """The same coordinator, knowing all Supervisors, before and after they connect."""
        per_agent, strict = [], []
        unit = load.fleet.units["coordinator"]
        for turn in range(self.options.turns):
            old = unit.process
            unit.kill()
            wait_for("the restart", lambda: unit.process is not old, 5)
            load.settle()
            time.sleep(1)
            before = rss_kib(load.pid)
            agents = load.agents()
            agents.ask("live")
            time.sleep(3)
            after = rss_kib(load.pid)
            per_agent.append((after - before) / count)
            strict.append((after - empty) / count)
            agents.stop()
            say(f"memory, turn {turn + 1}: {before} → {after} KiB, {per_agent[-1]:.1f} KiB per agent")
        return Row(
            4, "coordinator per connected agent", "KiB", "≤ 80 KiB", 80, per_agent,
            notes=f"{median(strict):.1f} KiB counted from an empty coordinator, journal replay included")

    # -- 5 and 7: real agents

    def real(self, wanted):
        count = min(self.options.small or 30, 30)
        supervisors = {f"sv-{index:02d}": f"domain-c{index + 8}" for index in range(count)}
        fleet = Fleet(self.binaries, os.path.join(self.root, "Config/catalog"), supervisors, 1, self.root)
        fleet.env["FLOTILLA_LOG_LEVEL"] = "warning"
        try:
            say(f"starting {count} simulators and {count} agents")
            fleet.start_simulators()
            fleet.start_coordinator()
            cli = Cli(fleet)
            wait_for("the coordinator to answer", lambda: cli.run("service", "list").returncode == 0, 30)
            for name, moid in supervisors.items():
                cli.check("supervisor", "add", name, "--moid", moid, "--auto-accept", "-o", fleet.path(f"{name}.join.yaml"))
                fleet.start_agent(name)
            wait_for("all agents", lambda: cli.connected() == count, 120)
            if 7 in wanted:
                yield self.equal_install(fleet, cli, count)
            if 5 in wanted:
                yield from self.idle(fleet, supervisors)
        except Failure:
            fleet.show_logs()
            raise
        finally:
            fleet.stop(self.options.keep)

    def equal_install(self, fleet, cli, count):
        name = "equal.bench.flotilla.dev"
        template = """      - ytt:
          paths:
          - config/"""
        fetch = """      - inline:
          paths:
            config/values.yaml: |
              #@data/values-schema
              ---
              marker: ""
            config/map.yaml: |
              apiVersion: v1
              kind: ConfigMap
              metadata:
                name: equal
              data:
                one: "1\""""
        turns = self.options.turns
        with open(fleet.path("metadata.yaml"), "w") as file:
            file.write(metadata_yaml(name))
        walls = []
        for turn in range(turns + 3):
            version = f"1.0.{turn}"
            with open(fleet.path("package.yaml"), "w") as file:
                file.write(package_yaml(name, version, template, fetch))
            if turn == 0:
                cli.check("service", "register", fleet.path("package.yaml"), fleet.path("metadata.yaml"))
            else:
                cli.check("service", "add-version", fleet.path("package.yaml"))
            time.sleep(1)
            start = time.monotonic()
            cli.check("install", name, "--version", version, "--all", "--wait")
            wall = time.monotonic() - start
            # The first ones create the object and warm the caches.
            if turn >= 3:
                walls.append(wall * 1000)
            say(f"install, turn {turn - 2}: {wall * 1000:.0f} ms")
        return Row(
            7, f"CLI install of an equal ConfigMap on {count}", "ms", "≤ 150 ms", 150, walls,
            notes="a further version with the same ConfigMap; wall time of the CLI process")

    def idle(self, fleet, supervisors):
        pids = [fleet.units[f"agent-{name}"].process.pid for name in supervisors]
        time.sleep(5)
        seconds = 60 if not self.options.small else 20
        say(f"idle agents, {seconds} s")
        switching = Switches(pids)
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            time.sleep(2)
            switching.look()
        span = time.monotonic() - start
        switches = [switching.counts[pid] / span for pid in pids]
        anonymous = [anonymous_kib(pid) / 1024 for pid in pids]
        rss = [rss_kib(pid) / 1024 for pid in pids]
        notes = f"of {len(pids)} connected agents, each with one install"
        yield Row("5a", "agent idle, anonymous", "MiB", "≤ 15 MiB", 15, anonymous, notes=notes)
        yield Row("5b", "agent idle, RSS", "MiB", "≤ 56 MiB", 56, rss, notes=notes)
        yield Row("5c", "agent idle, voluntary switches", "/s", "≤ 3 /s", 3, switches, notes=f"over {seconds} s")

    # -- 8: render

    def render(self):
        data = os.environ.get("FLOTILLA_TESTDATA") or os.path.join(os.path.dirname(self.root), "shared", "testdata")
        harbor = os.path.join(data, "packages/harbor/2.6.1")
        values = os.path.join(harbor, "test/unittest/fixtures/values/default.yaml")
        kind = "Harbor 2.6.1"
        if not os.path.exists(values):
            harbor = os.path.join(self.root, "Config/catalog/harbor/2.6.1")
            values = os.path.join(self.root, "Config/catalog/harbor/values.yaml")
            kind = "the sample of Harbor (no FLOTILLA_TESTDATA)"
        plain = os.path.join(self.scratch, "values.yaml")
        with open(values) as source, open(plain, "w") as target:
            target.writelines(line for line in source if not line.startswith("#@") and line.strip() != "---")
        times, peaks = [], []
        for _ in range(max(self.options.turns, 5)):
            result = subprocess.run(
                [os.path.join(self.binaries, "flotilla-bench"), "render", "--folder", os.path.join(harbor, "bundle/config"),
                 "--values", plain], capture_output=True, text=True, timeout=120)
            if result.returncode != 0:
                raise Failure(f"render: {result.stderr}")
            answer = json.loads(result.stdout)
            times.append(answer["ms"] / 1000)
            peaks.append(answer["peakKiB"] / 1024)
        say(f"render: {median(times) * 1000:.0f} ms, {median(peaks):.0f} MiB, {answer['documents']:.0f} documents")
        yield Row("8a", f"cold render of {kind}", "s", "≤ 0.15 s", 0.15, times, notes="first render of a process")
        yield Row("8b", "its peak memory", "MiB", "≤ 60 MiB", 60, peaks, notes="VmHWM of the process")

    # -- 12: seeds of the simulation

    def seeds(self):
        count = self.options.small or 200
        times, answer = [], {}
        for turn in range(min(3, self.options.turns)):
            result = subprocess.run(
                [os.path.join(self.binaries, "flotilla-bench"), "seeds", "--count", str(count)],
                capture_output=True, text=True, timeout=1800)
            if result.returncode != 0:
                raise Failure(f"seeds: {result.stderr}")
            answer = json.loads(result.stdout.splitlines()[-1])
            if answer["broken"]:
                raise Failure(f"seeds: {answer['broken']:.0f} break the contract")
            times.append(answer["ms"] / 1000)
            say(f"seeds, turn {turn + 1}: {times[-1]:.1f} s")
        yield Row(
            12, f"{count} seeds of the simulated fleet", "s", "≤ 60 s", 60, times,
            notes=f"one thread; {answer['virtualSeconds'] / 3600:.0f} virtual hours")


class Cli:
    """`flotilla` as an operator types it."""

    def __init__(self, fleet):
        self.fleet = fleet

    def run(self, *arguments):
        return subprocess.run(
            [self.fleet.binary("flotilla"), *arguments], capture_output=True, text=True, timeout=120,
            env=self.fleet.env, stdin=subprocess.DEVNULL)

    def check(self, *arguments):
        result = self.run(*arguments)
        if result.returncode != 0:
            raise Failure(f"flotilla {' '.join(arguments)}: exit {result.returncode}\n{result.stdout}{result.stderr}")
        return result.stdout

    def connected(self):
        result = self.run("supervisor", "list", "-o", "json")
        if result.returncode != 0:
            return 0
        return sum(1 for view in json.loads(result.stdout)["items"] if view["connected"])
