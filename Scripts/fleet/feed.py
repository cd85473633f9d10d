"""A feed reader of its own: follows the one event feed and checks that it has every event once and in order."""
import json
import re
import subprocess
import threading

from .processes import Failure, wait_for


class FeedReader:
    """Runs `flotilla events --follow -o jsonl`; started again with its resume token when it ends (a killed coordinator)."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.events = []
        self.lock = threading.Lock()
        self.process = None
        self.stopped = False

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while not self.stopped:
            with self.lock:
                last = self.events[-1]["position"] if self.events else 0
            self.process = subprocess.Popen(
                [self.fleet.binary("flotilla"), "events", "--follow", "--resume", str(last), "-o", "jsonl"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True,
                env=self.fleet.env)
            for line in self.process.stdout:
                with self.lock:
                    self.events.append(json.loads(line))
            self.process.wait()

    def wait_event(self, matches, seconds=60):
        def found():
            with self.lock:
                return next((event for event in self.events if matches(event)), None)
        return wait_for("an event in the feed", found, seconds)

    def check_against_journal(self):
        """Compares what was followed with what the journal holds, and each agent's numbering; returns the count."""
        stored = self._stored()
        last = stored[-1]["position"]
        wait_for("the reader to catch up", lambda: self._last() >= last, 30)
        self.stopped = True
        self.process.terminate()
        with self.lock:
            followed = [event for event in self.events if event["position"] <= last]
        positions = [event["position"] for event in followed]
        if positions != sorted(positions):
            raise Failure("the feed went backwards")
        kept, removed = self._without_gaps(stored)
        seen, passed = self._without_gaps(followed)
        # What retention removed from the journal can no longer be compared; what a slow reader was told was removed
        # is no loss.
        first = removed[-1][1] + 1 if removed else 0
        seen = [e for e in seen if e["position"] >= first]
        kept = [e for e in kept if not any(low <= e["position"] <= high for low, high in passed)]
        if [(e["position"], e["reason"], e["message"]) for e in seen] != [
                (e["position"], e["reason"], e["message"]) for e in kept]:
            missing = {e["position"] for e in kept} - {e["position"] for e in seen}
            extra = {p for p in positions if positions.count(p) > 1}
            unknown = {e["position"] for e in seen} - {e["position"] for e in kept}
            raise Failure(f"feed and journal differ: missing {sorted(missing)[:5]}, doubled {sorted(extra)[:5]}, "
                          f"not in the journal {sorted(unknown)[:5]}")
        self._check_sequences(followed)
        return len(followed)

    @staticmethod
    def _without_gaps(events):
        """The events, and the ranges of positions that gap events stand for."""
        gaps, others = [], []
        for event in events:
            found = re.match(r"events (\d+) to (\d+) were removed by retention", event["message"])
            if event["reason"] == "Gap" and found:
                gaps.append((int(found.group(1)), int(found.group(2))))
            else:
                others.append(event)
        return others, sorted(gaps)

    def _last(self):
        with self.lock:
            return self.events[-1]["position"] if self.events else 0

    def _stored(self):
        result = subprocess.run(
            [self.fleet.binary("flotilla"), "events", "--since", "24h", "-o", "jsonl"], capture_output=True, text=True,
            timeout=60, env=self.fleet.env, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            raise Failure(f"flotilla events: exit {result.returncode}\n{result.stderr}")
        return [json.loads(line) for line in result.stdout.splitlines()]

    @staticmethod
    def _check_sequences(events):
        """Per Supervisor, (incarnation, sequence) is unique and has rising sequences."""
        seen = {}
        for event in events:
            source = event.get("source")
            if not source:
                continue
            key = (event.get("supervisor"), source["incarnation"])
            last = seen.get(key, 0)
            if source["sequence"] < last:
                raise Failure(f"agent of {key[0]}: report {source['sequence']} came after {last}")
            seen[key] = source["sequence"]
