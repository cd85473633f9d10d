"""Faults that need the kernel's help: small disks, failed fsyncs, networks of one's own. Mostly for root."""
import os
import shutil
import subprocess
import tempfile
import time

from .processes import Failure


def run(*argv, check=True):
    result = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    if check and result.returncode != 0:
        raise Failure(f"{' '.join(argv)}: {(result.stderr or result.stdout).strip()}")
    return result


class Tmpfs:
    """A small disk at a folder."""

    def __init__(self, folder, mebibytes):
        self.folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.geteuid() != 0 or not shutil.which("mount"):
            raise Failure("only root may mount a tmpfs")
        run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=0700", "tmpfs", folder)

    def fill(self):
        with open(os.path.join(self.folder, "ballast"), "wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                pass

    def free(self):
        try:
            os.remove(os.path.join(self.folder, "ballast"))
        except FileNotFoundError:
            pass

    def close(self):
        run("umount", "-l", self.folder, check=False)


def can_trace():
    """Whether strace may attach to a process of ours and make its calls fail."""
    if not shutil.which("strace"):
        return False
    process = subprocess.Popen(["sleep", "5"])
    try:
        time.sleep(0.1)
        tracer = subprocess.Popen(
            ["strace", "-qq", "-p", str(process.pid), "-e", "trace=fsync"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        attached = tracer.poll() is None
        tracer.terminate()
        tracer.wait()
        return attached
    finally:
        process.kill()
        process.wait()


def fail_fsync(unit, seconds):
    """The next fsync of a running unit fails with EIO; the process must end of itself, and soon.

    Says what came of it; fails when the process went on.
    """
    process = unit.process
    with tempfile.NamedTemporaryFile("r") as log:
        tracer = subprocess.Popen(
            ["strace", "-f", "-qq", "-p", str(process.pid), "-o", log.name, "-e", "trace=fsync,fdatasync", "-e",
             "inject=fsync,fdatasync:error=EIO:when=1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + seconds
        injected = None
        try:
            while time.monotonic() < end and process.poll() is None:
                if injected is None and "INJECTED" in log.read():
                    injected = time.monotonic()
                    end = injected + 30
                time.sleep(0.05)
        finally:
            tracer.terminate()
            tracer.wait()
        injected = injected or ("INJECTED" in log.read())
    if not injected:
        return "not reached"
    # It may have been the last call before the tracer let go.
    while process.poll() is None and time.monotonic() < end + 30:
        time.sleep(0.05)
    if process.poll() is None:
        raise Failure(f"{unit.name} went on after a failed fsync")
    if process.returncode <= 0:
        return f"ended by signal {-process.returncode}" if process.returncode else "ended without an error"
    return "ended as it must"


class Namespace:
    """A network namespace with one cable to this host; what passes is lost or cut by nft inside it."""

    def __init__(self):
        if os.geteuid() != 0:
            raise Failure("only root may make one")
        for tool in ("ip", "nft"):
            if not shutil.which(tool):
                raise Failure(f"{tool} is not installed")
        number = os.getpid() % 250 + 2
        self.name = f"flotilla-{os.getpid()}"
        self.host, self.inside = f"10.213.{number}.1", f"10.213.{number}.2"
        outer, inner = f"flo{os.getpid()}"[:14] + "a", f"flo{os.getpid()}"[:14] + "b"
        self.prefix = ["ip", "netns", "exec", self.name]
        run("ip", "netns", "add", self.name)
        try:
            run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", self.name)
            run("ip", "addr", "add", f"{self.host}/24", "dev", outer)
            run("ip", "link", "set", outer, "up")
            run(*self.prefix, "ip", "addr", "add", f"{self.inside}/24", "dev", inner)
            run(*self.prefix, "ip", "link", "set", inner, "up")
            run(*self.prefix, "ip", "link", "set", "lo", "up")
            run(*self.prefix, "nft", "add", "table", "inet", "chaos")
            for chain in ("input", "output"):
                run(*self.prefix, "nft", "add", "chain", "inet", "chaos", chain,
                    "{ type filter hook %s priority 0; }" % chain)
            self.lose(1)
            self.heal()
        except Failure:
            self.close()
            raise

    def rule(self, chain, *words):
        run(*self.prefix, "nft", "add", "rule", "inet", "chaos", chain, *words)

    def lose(self, percent):
        for chain in ("input", "output"):
            self.rule(chain, "numgen", "random", "mod", "100", "<", str(percent), "drop")

    def cut(self, way):
        for chain in ("input", "output"):
            if way == "both" or chain.startswith(way):
                self.rule(chain, "drop")

    def heal(self):
        run(*self.prefix, "nft", "flush", "table", "inet", "chaos")

    def close(self):
        run("ip", "netns", "del", self.name, check=False)
