"""Rows of the simulated Supervisor: many in one process, each with Harbor; the time of a request; a restart."""
import base64
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import tempfile
import time

from bench.measure import Row, anonymous_kib, rss_kib

NAMESPACE = "svc-harbor-domain-c8"
# What kapp and kubectl apply first, and what goes with each kind's path.
KINDS = {
    "Namespace": ("api/v1", "namespaces"), "ConfigMap": ("api/v1", "configmaps"), "Secret": ("api/v1", "secrets"),
    "Service": ("api/v1", "services"), "ServiceAccount": ("api/v1", "serviceaccounts"),
    "PersistentVolumeClaim": ("api/v1", "persistentvolumeclaims"),
    "Deployment": ("apis/apps/v1", "deployments"), "StatefulSet": ("apis/apps/v1", "statefulsets"),
    "Ingress": ("apis/networking.k8s.io/v1", "ingresses"), "Certificate": ("apis/cert-manager.io/v1", "certificates"),
    "Issuer": ("apis/cert-manager.io/v1", "issuers"), "HTTPProxy": ("apis/projectcontour.io/v1", "httpproxies"),
}


class Simulator:
    """One process; `prefixes` as its kubeconfig has them."""

    def __init__(self, binaries, folder, count, state=None, speed=50):
        self.kubeconfig = os.path.join(folder, "k.yaml")
        command = [
            os.path.join(binaries, "supervisor-simulator"), "--supervisors", str(count), "--set",
            "addressing=prefixes", "--kubeconfig-out", self.kubeconfig, "--clock-speed", str(speed)]
        if state:
            command += ["--state", state]
        began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        lines = [self.process.stdout.readline() for _ in range(count)]
        self.started = time.monotonic() - began
        self.prefixes = [line.split("/", 3)[3].strip() for line in lines]
        self.host, self.port = re.search(r"//([^:/]+):(\d+)", lines[0]).groups()
        with open(self.kubeconfig) as file:
            text = file.read()
        self.token = re.search(r"token: \"?([0-9a-f]+)", text).group(1)
        authority = base64.b64decode(re.search(r"certificate-authority-data: (\S+)", text).group(1)).decode()
        self.context = ssl.create_default_context(cadata=authority)

    def connect(self):
        return http.client.HTTPSConnection(self.host, int(self.port), context=self.context, timeout=60)

    def send(self, connection, method, target, body=None):
        headers = {"Authorization": "Bearer " + self.token, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, target, body=body, headers=headers)
        reply = connection.getresponse()
        return reply.status, reply.read()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=120)


def harbor(root):
    """Harbor's rendered objects, in the order of an apply, as (path, JSON)."""
    folder = os.environ.get("FLOTILLA_TESTDATA") or os.path.join(os.path.dirname(root), "shared", "testdata")
    path = os.path.join(folder, "rendered", "harbor-2.6.3.yaml")
    if not os.path.exists(path):
        raise FileNotFoundError(f"Harbor's rendered objects ({path}); set FLOTILLA_TESTDATA")
    import yaml
    with open(path) as file:
        documents = [document for document in yaml.safe_load_all(file) if document]
    objects = []
    for document in documents:
        place = KINDS.get(document.get("kind"))
        if place is None or document["apiVersion"].startswith("kapp"):
            continue
        metadata = document["metadata"]
        if document["kind"] == "Namespace":
            continue
        metadata["namespace"] = NAMESPACE
        target = f"/{place[0]}/namespaces/{NAMESPACE}/{place[1]}"
        objects.append((target, json.dumps(document)))
    return [("/api/v1/namespaces", json.dumps({"metadata": {"name": NAMESPACE}}))] + objects


def install(simulator, prefix, objects):
    connection = simulator.connect()
    for target, body in objects:
        status, reply = simulator.send(connection, "POST", f"/{prefix}{target}", body)
        if status not in (200, 201, 409):
            raise RuntimeError(f"{target}: {status} {reply[:300]}")
    connection.close()


def pods_ready(simulator, prefix):
    connection = simulator.connect()
    _, reply = simulator.send(connection, "GET", f"/{prefix}/api/v1/namespaces/{NAMESPACE}/pods")
    connection.close()
    pods = json.loads(reply)["items"]
    ready = [pod for pod in pods if any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod.get("status", {}).get("conditions", []))]
    return len(pods), len(ready)


def many(binaries, root, count):
    """Row 9: the memory of `count` Supervisors in one process, each with Harbor running."""
    objects = harbor(root)
    with tempfile.TemporaryDirectory(prefix="simulator-bench-") as folder:
        simulator = Simulator(binaries, folder, count)
        try:
            empty = rss_kib(simulator.process.pid)
            began = time.monotonic()
            for prefix in simulator.prefixes:
                install(simulator, prefix, objects)
            installed = time.monotonic() - began
            deadline = time.monotonic() + 300
            waiting = list(simulator.prefixes)
            while waiting and time.monotonic() < deadline:
                total, ready = pods_ready(simulator, waiting[0])
                if total > 0 and total == ready:
                    waiting.pop(0)
                else:
                    time.sleep(0.5)
            if waiting:
                raise RuntimeError(f"{len(waiting)} Supervisors' pods did not become ready: {total} pods, {ready} ready")
            rss, anonymous = rss_kib(simulator.process.pid), anonymous_kib(simulator.process.pid)
        finally:
            simulator.end()
    notes = (f"{len(objects)} objects and {total} pods each; empty {empty // 1024} MiB, anonymous "
             f"{anonymous // 1024} MiB; started in {simulator.started:.1f} s, installed in {installed:.0f} s")
    return Row(9, f"{count} Supervisors with Harbor, RSS", "MiB", "≤ 2,048", 2048, [rss / 1024], notes=notes)


def requests(binaries, root, turns=5, each=2000):
    """Row 10: the median time of a request over one connection, with Harbor installed."""
    objects = harbor(root)
    with tempfile.TemporaryDirectory(prefix="simulator-bench-") as folder:
        simulator = Simulator(binaries, folder, 1)
        try:
            prefix = simulator.prefixes[0]
            install(simulator, prefix, objects)
            time.sleep(5)
            maps = f"/{prefix}/api/v1/namespaces/{NAMESPACE}/configmaps"
            connection = simulator.connect()
            simulator.send(connection, "POST", maps, json.dumps({"metadata": {"name": "bench"}, "data": {"n": "0"}}))
            medians, notes = {"GET": [], "PUT": [], "LIST": []}, []
            for turn in range(turns):
                calls = {
                    "GET": lambda n: ("GET", maps + "/bench", None),
                    "PUT": lambda n: ("PUT", maps + "/bench", json.dumps(
                        {"metadata": {"name": "bench"}, "data": {"n": f"{turn}-{n}"}})),
                    "LIST": lambda n: ("GET", f"/{prefix}/api/v1/namespaces/{NAMESPACE}/pods", None)}
                for name, call in calls.items():
                    times = []
                    for number in range(each if name == "GET" else each // 4):
                        began = time.perf_counter()
                        status, _ = simulator.send(connection, *call(number))
                        times.append((time.perf_counter() - began) * 1000)
                        if status != 200:
                            raise RuntimeError(f"{name}: {status}")
                    times.sort()
                    medians[name].append(times[len(times) // 2])
                    if turn == 0:
                        notes.append(f"{name} p50 {times[len(times) // 2]:.2f} p99 {times[len(times) * 99 // 100]:.2f} ms")
            connection.close()
        finally:
            simulator.end()
    return Row(10, "simulator: GET, client's time included, p50", "ms", "≤ 1", 1.0, medians["GET"],
               notes="; ".join(notes))


def restart(binaries, root):
    """Row 11: from a kill to the first answer, with the state of an installed Harbor."""
    objects = harbor(root)
    times = []
    with tempfile.TemporaryDirectory(prefix="simulator-bench-") as folder:
        state = os.path.join(folder, "state")
        for _ in range(3):
            simulator = Simulator(binaries, folder, 1, state=state)
            install(simulator, simulator.prefixes[0], objects)
            total, _ = pods_ready(simulator, simulator.prefixes[0])
            simulator.end(signal.SIGKILL)
            began = time.monotonic()
            simulator = Simulator(binaries, folder, 1, state=state)
            found, _ = pods_ready(simulator, simulator.prefixes[0])
            times.append(time.monotonic() - began)
            simulator.end()
            if found < total:
                raise RuntimeError(f"{found} pods after the restart, {total} before")
    return Row(11, "simulator: kill -9 to the first answer", "s", "≤ 2", 2.0, times, notes="state of an installed Harbor")
