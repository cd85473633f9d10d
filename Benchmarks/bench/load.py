"""A coordinator with simulated agents: real coordinator process, one `flotilla-bench agents` process."""
import json
import os
import subprocess

from fleet.processes import Failure, Fleet, wait_for

SERVICE = "load.bench.flotilla.dev"
# Makes the DesiredState of a round 1 KiB: everything else of it is digests and names.
LONG_PATH = "/".join(f"path{index:03d}" for index in range(90))


def package_yaml(ref_name, version, template, fetch=""):
    return f"""apiVersion: data.packaging.carvel.dev/v1alpha1
kind: Package
metadata:
  name: {ref_name}.{version}
spec:
  refName: {ref_name}
  version: {version}
  valuesSchema:
    openAPIv3:
      type: object
      properties:
        marker:
          type: string
          default: ""
  template:
    spec:
      fetch:
{fetch}
      template:
{template}
      deploy:
      - kapp: {{}}
"""


def metadata_yaml(ref_name):
    return f"""apiVersion: data.packaging.carvel.dev/v1alpha1
kind: PackageMetadata
metadata:
  name: {ref_name}
spec:
  displayName: Bench
  shortDescription: Load for benchmarks
"""


class Simulated:
    """`flotilla-bench agents`, driven by lines."""

    def __init__(self, load, disks=None):
        argv = [
            load.fleet.binary("flotilla-bench"), "agents", "--server", load.server, "--agents", load.keys,
            "--count", str(load.count), "--endpoint", load.fleet.endpoint(0)]
        if disks:
            argv += ["--disks", disks]
        self.errors = open(load.fleet.path("agents.log"), "ab")
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, env=load.fleet.env)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            with open(self.errors.name, errors="replace") as log:
                raise Failure(f"flotilla-bench agents ended at: {line}\n{log.read()[-2000:]}")
        result = json.loads(answer)
        if result["event"] == "failed":
            raise Failure(f"flotilla-bench agents: {result['error']}")
        return result

    def stop(self):
        try:
            self.process.stdin.write("quit\n")
            self.process.stdin.close()
            self.process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.errors.close()


class Load:
    """A coordinator that knows `count` Supervisors, enrolled as in real life."""

    def __init__(self, binaries, root, count):
        self.count = count
        self.fleet = Fleet(binaries, os.path.join(root, "Config/catalog"), {}, 1, root)
        self.fleet.env["FLOTILLA_LOG_LEVEL"] = "warning"
        self.server = self.fleet.env["FLOTILLA_SERVER"]
        self.keys = self.fleet.path("agents.json")
        self.rounds = 0

    def start(self):
        self.fleet.start_coordinator()
        self.settle()

    def settle(self):
        """The coordinator answers."""
        wait_for("the coordinator to answer", lambda: self.run("flotilla", "service", "list", check=False), 30)

    def run(self, program, *arguments, check=True, timeout=300):
        result = subprocess.run(
            [self.fleet.binary(program), *arguments], capture_output=True, text=True, timeout=timeout,
            env=self.fleet.env, stdin=subprocess.DEVNULL)
        if result.returncode != 0 and check:
            raise Failure(f"{program} {' '.join(arguments)}: exit {result.returncode}\n{result.stdout}{result.stderr}")
        return result.returncode == 0

    def enrol(self):
        self.run(
            "flotilla-bench", "enrol", "--server", self.server, "--agents", self.keys, "--count", str(self.count),
            timeout=300)

    def register(self):
        image = f"images.example.org/{LONG_PATH}/load@sha256:{'0' * 64}"
        fetch = f"      - imgpkgBundle:\n          image: {image}"
        template = "      - ytt:\n          paths:\n          - config/"
        with open(self.fleet.path("package.yaml"), "w") as file:
            file.write(package_yaml(SERVICE, "1.0.0", template, fetch))
        with open(self.fleet.path("metadata.yaml"), "w") as file:
            file.write(metadata_yaml(SERVICE))
        self.run("flotilla", "service", "register", self.fleet.path("package.yaml"), self.fleet.path("metadata.yaml"))

    def agents(self, on_disk=False):
        folder = None
        if on_disk:
            folder = self.fleet.path("disks")
            os.makedirs(folder, exist_ok=True)
        return Simulated(self, folder)

    def round(self, agents):
        self.rounds += 1
        return agents.ask(f"round {SERVICE} r{self.rounds}")

    def reinstall(self, agents):
        """A first install on every agent; the uninstall before it is not counted."""
        agents.ask(f"uninstall {SERVICE}")
        return agents.ask(f"install {SERVICE}")

    @property
    def pid(self):
        return self.fleet.units["coordinator"].process.pid

    def stop(self, keep=False):
        self.fleet.stop(keep)
