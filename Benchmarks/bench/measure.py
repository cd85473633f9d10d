"""Numbers: medians, processes' memory and context switches, the machine."""
import os
import platform
import statistics


def median(values):
    return statistics.median(values)


def status(pid):
    """The fields of /proc/PID/status, sizes in KiB."""
    fields = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, value = line.partition(":")
            fields[name] = value.split()[0] if value.split() else ""
    return fields


def rss_kib(pid):
    return int(status(pid)["VmRSS"])


def anonymous_kib(pid):
    return int(status(pid)["RssAnon"])


class Switches:
    """Voluntary context switches of processes; threads come and go, so `look` is called every few seconds."""

    def __init__(self, pids):
        self.known = {pid: self.threads(pid) for pid in pids}
        self.counts = {pid: 0 for pid in pids}

    @staticmethod
    def threads(pid):
        found = {}
        for thread in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{thread}/status") as file:
                    for line in file:
                        if line.startswith("voluntary_ctxt_switches"):
                            found[thread] = int(line.split()[1])
            except FileNotFoundError:
                continue  # it ended between the two looks
        return found

    def look(self):
        for pid, before in self.known.items():
            now = self.threads(pid)
            self.counts[pid] += sum(max(0, count - before.get(thread, 0)) for thread, count in now.items())
            self.known[pid] = now


def load():
    return os.getloadavg()[0]


def machine():
    model = ""
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores {model}, Linux {platform.release()}, load {' '.join(f'{x:.2f}' for x in os.getloadavg())}"


class Row:
    """One line of the table."""

    def __init__(self, number, name, unit, goal, limit, measured, floor=None, at_least=False, notes=""):
        self.number, self.name, self.unit, self.goal, self.notes = number, name, unit, goal, notes
        self.measured, self.floor = list(measured), list(floor) if floor is not None else None
        self.median = median(self.measured)
        self.floor_median = median(self.floor) if self.floor else None
        self.ratio = self.median / self.floor_median if self.floor_median else None
        value = self.ratio if floor is not None else self.median
        self.holds = value >= limit if at_least else value <= limit
        self.load = load()

    def json(self):
        return {
            "row": self.number, "name": self.name, "unit": self.unit, "goal": self.goal, "median": self.median,
            "floor": self.floor_median, "ratio": self.ratio, "holds": self.holds, "load": self.load,
            "measured": self.measured, "floors": self.floor, "notes": self.notes}

    def cells(self):
        def text(number):
            return "–" if number is None else f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"
        return [
            str(self.number), self.name, f"{text(self.median)} {self.unit}",
            f"{text(self.floor_median)} {self.unit}" if self.floor else "–",
            text(self.ratio), self.goal, "holds" if self.holds else "FALLS SHORT", f"{self.load:.1f}", self.notes]


def table(rows):
    head = ["#", "what", "median", "floor", "ratio", "goal", "verdict", "load", "notes"]
    lines = [head] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)
