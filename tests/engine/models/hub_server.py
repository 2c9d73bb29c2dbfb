"""A server that speaks the hub's protocol from folders on disk, and breaks off, lies or refuses when told to."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 4096
"""Files of this size lie on another server, as the hub's large ones do, and have a sha256 for an etag."""


@dataclass
class Misbehavior:
    """`cut_after`: bytes of a large file after which the connection breaks, once each; `spoil`: a byte is wrong;
    `no_ranges`: asked for a part, all is sent; `status`: what is answered to everything; `silent_after`: bytes of a large
    file after which nothing more is said until the server's end; `claimed`: the size that large files are said to have."""

    cut_after: list[int] = field(default_factory=list)
    spoil: bool = False
    no_ranges: bool = False
    status: int = 0
    silent_after: int | None = None
    claimed: int | None = None


class HubServer:
    """Serves `folder`/owner/repository/files; use it as a context manager. `asked` are the requests, (method, path, range)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.misbehavior = Misbehavior()
        self.asked: list[tuple[str, str, str]] = []
        self.told: list[str] = []
        """What large files were asked with as Authorization: must stay empty."""
        self._ending = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="hub")

    @property
    def url(self) -> str:
        """Its address, for HF_ENDPOINT."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def sent_bytes_from(self, name: str) -> list[str]:
        """The ranges with which a large file was fetched."""
        return [
            asked for method, path, asked in self.asked if method == "GET" and path.startswith("/lfs/") and path.endswith(name)
        ]

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, format: str, *args: object) -> None:
                pass

            def do_HEAD(self) -> None:
                hub.serve(self)

            def do_GET(self) -> None:
                hub.serve(self)

        return Handler

    def serve(self, request: http.server.BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        path = unquote(request.path)
        self.asked.append((request.command, path, request.headers.get("Range", "")))
        if self.misbehavior.status:
            _answer(request, self.misbehavior.status, b"no")
        elif path.startswith("/api/models/"):
            self._list(request, path.removeprefix("/api/models/").removesuffix("/revision/main"))
        elif path.startswith("/lfs/"):
            self.told += [request.headers["Authorization"]] if "Authorization" in request.headers else []
            self._send(request, self.folder / path.removeprefix("/lfs/"))
        else:
            repository, _, rest = path.strip("/").partition("/resolve/")
            self._resolve(request, self.folder / repository / rest.partition("/")[2])

    def _list(self, request: http.server.BaseHTTPRequestHandler, repository: str) -> None:
        folder = self.folder / repository
        if not folder.is_dir():
            _answer(request, 404, b"no such repository")
            return
        files = [{"rfilename": file.name} for file in sorted(folder.iterdir())]
        _answer(request, 200, json.dumps({"id": repository, "sha": COMMIT, "siblings": files}).encode())

    def _resolve(self, request: http.server.BaseHTTPRequestHandler, file: Path) -> None:
        if not file.is_file():
            _answer(request, 404, b"no such file")
            return
        content = file.read_bytes()
        headers = {"X-Repo-Commit": COMMIT}
        if len(content) < LARGE:
            etag = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            _answer(request, 200, content, {**headers, "ETag": f'"{etag}"'})
            return
        headers["X-Linked-Etag"] = f'"{hashlib.sha256(content).hexdigest()}"'
        headers["X-Linked-Size"] = str(self.misbehavior.claimed or len(content))
        # another host name, as the hub's large files have: what is secret must not go there
        there = self.url.replace("127.0.0.1", "localhost")
        _answer(request, 302, b"", {**headers, "Location": f"{there}/lfs/{file.relative_to(self.folder).as_posix()}"})

    def _send(self, request: http.server.BaseHTTPRequestHandler, file: Path) -> None:
        content = file.read_bytes()
        if self.misbehavior.spoil:
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = 0
        asked = request.headers.get("Range", "")
        if asked and not self.misbehavior.no_ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        body = content[start:]
        if self.misbehavior.cut_after:
            body = body[: self.misbehavior.cut_after.pop(0)]
        silent = self.misbehavior.silent_after
        request.wfile.write(body[:silent])
        if silent is not None:
            request.wfile.flush()
            self._ending.wait(60)


def _answer(request: http.server.BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    request.send_response(status)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)
