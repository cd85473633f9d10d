"""A registry of one's own on the loopback: serves imgpkg bundles that were put into it, as the OCI API does."""
import gzip
import hashlib
import http.server
import io
import json
import tarfile
import threading

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry:
    """Blobs and manifests in memory; plain HTTP, no passwords, no uploads."""

    def __init__(self):
        self.blobs = {}
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, with_body):
                data = registry.blobs.get(self.path.rsplit("/", 1)[-1])
                is_ping = self.path.rstrip("/") == "/v2"
                body = b"{}" if is_ping else data if data is not None else b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'
                self.send_response(200 if is_ping or data is not None else 404)
                self.send_header("Content-Type", MANIFEST if "/manifests/" in self.path else "application/octet-stream")
                self.send_header("Content-Length", str(len(body)))
                if data is not None:
                    self.send_header("Docker-Content-Digest", digest_of(data))
                self.end_headers()
                if with_body:
                    self.wfile.write(body)

            def do_GET(self):
                self.answer(True)

            def do_HEAD(self):
                self.answer(False)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, data):
        digest = digest_of(data)
        self.blobs[digest] = data
        return digest

    def push(self, repository, files):
        """Files (path → text) as one imgpkg bundle; returns the image's name with its digest."""
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path, text in sorted(files.items()):
                entry = tarfile.TarInfo(path)
                entry.size, entry.mode = len(text.encode()), 0o644
                archive.addfile(entry, io.BytesIO(text.encode()))
        layer = gzip.compress(plain.getvalue(), mtime=0)
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"Labels": {"dev.carvel.imgpkg.bundle": "true"}},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(plain.getvalue())]}}).encode()
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json", "digest": self.add(config),
                "size": len(config)},
            "layers": [{
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": self.add(layer),
                "size": len(layer)}]}).encode()
        return f"{self.host}/{repository}@{self.add(manifest)}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
