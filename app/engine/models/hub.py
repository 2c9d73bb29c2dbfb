"""The hub's protocol, as far as fetching models needs it: what files a repository has, what a file is, and its bytes.

`HF_ENDPOINT` names another hub, `HF_HUB_OFFLINE` forbids every connection, `HF_TOKEN` opens models whose terms must be accepted;
proxies are taken from the environment as everywhere. huggingface_hub itself deletes what has arrived when a download is
interrupted, so only its protocol is used here.
"""

from __future__ import annotations

import http.client
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from app import __version__
from app.engine.errors import ModelMissing, UsageError
from app.engine.models.patience import Stop, never, wait_for

ENDPOINT = "https://huggingface.co"
TIMEOUT_S = 30.0
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """A repository as it was at one commit."""

    repository: str
    commit: str
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file at one commit.

    `etag` is its sha256 (64 hex digits), its git blob id (40), or something else that changes with it.
    """

    repository: str
    commit: str
    path: str
    size: int | None
    etag: str


class Hub:
    """Asks the hub. Raises ModelMissing with what to do where it cannot be reached or refuses, Cancelled when `stop` says so."""

    def __init__(self, environment: Mapping[str, str] = os.environ, stop: Stop = never) -> None:
        self._environment = environment
        self._stop = stop
        self.endpoint = (environment.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")
        self.offline = any(environment.get(name, "").upper() in {"1", "ON", "YES", "TRUE"} for name in _OFFLINE)
        self._token = environment.get("HF_TOKEN", "")
        self._opener = build_opener()
        self._still = build_opener(_NoRedirects())

    def until(self, stop: Stop) -> Hub:
        """The same hub, asked no longer than `stop` allows."""
        return Hub(self._environment, stop)

    def listing(self, repository: str) -> Listing:
        """The newest commit of a repository, and its files."""
        _check_name(repository)
        try:
            with self._ask(self._opener, self._request(f"/api/models/{repository}/revision/main"), repository) as response:
                said = json.load(response)
            files = frozenset(str(file["rfilename"]) for file in said["siblings"])
            return Listing(repository, str(said["sha"]), files)
        except (OSError, http.client.HTTPException) as error:
            raise self._unreached(error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelMissing(f"{self.endpoint} does not answer as a hub of models does; check HF_ENDPOINT.") from error

    def facts(self, listing: Listing, path: str) -> RemoteFile:
        """Size and checksum of a file. Large files are kept elsewhere; what the hub itself says of them counts."""
        url = self.endpoint + _resolve(listing.repository, listing.commit, path)
        for _ in range(_REDIRECTS):
            headers = self._head(url, listing.repository)
            moved = urljoin(url, headers.get("Location", ""))
            elsewhere = urlsplit(moved).netloc != urlsplit(url).netloc
            if not headers.get("Location") or elsewhere or headers.get("X-Linked-Etag"):
                return _facts(listing, path, headers)
            url = moved
        raise ModelMissing(f"{self.endpoint} sends in circles for {listing.repository}; try again later.")

    def open(self, file: RemoteFile, start: int) -> http.client.HTTPResponse:
        """The bytes of a file from `start` on; the answer's status says whether the server kept to that (206) or not (200).

        Raises ModelMissing, or OSError for a connection that broke.
        """
        request = self._request(_resolve(file.repository, file.commit, file.path))
        if start:
            request.add_header("Range", f"bytes={start}-")
        return self._ask(self._opener, request, file.repository)

    def _head(self, url: str, repository: str) -> Message:
        try:
            with self._ask(self._still, self._request(url, "HEAD"), repository) as response:
                return response.headers
        except (OSError, http.client.HTTPException) as error:
            raise self._unreached(error) from error

    def _request(self, url: str, method: str = "GET") -> Request:
        request = Request(url if "://" in url else self.endpoint + url, method=method)
        request.add_header("User-Agent", f"facet/{__version__}")
        request.add_header("Accept-Encoding", "identity")
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")  # never to where the hub sends us
        return request

    def _ask(self, opener: OpenerDirector, request: Request, repository: str) -> http.client.HTTPResponse:
        if self.offline:
            raise ModelMissing("Downloads are turned off (HF_HUB_OFFLINE); import the model from a folder instead.")
        try:
            return wait_for(lambda: _opened(opener, request), self._stop, lambda response: response.close() if response else None)
        except HTTPError as error:
            error.close()
            if error.code in _PASSING:
                raise ConnectionError(error.code, f"the server says {error.code}") from error
            raise _refused(error, repository) from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError | ConnectionError):
                raise error.reason from error
            raise self._unreached(error.reason) from error

    def _unreached(self, why: object) -> ModelMissing:
        said = getattr(why, "strerror", None) or why
        return ModelMissing(f"{self.endpoint} cannot be reached ({said}); check the connection and try again.")


class _NoRedirects(HTTPRedirectHandler):
    """Hands a redirect out as the answer: its headers say what the file is."""

    def http_error_302(self, req: Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


_PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Answers of a server that may be another one a little later."""
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


def _opened(opener: OpenerDirector, request: Request) -> http.client.HTTPResponse:
    response: http.client.HTTPResponse = opener.open(request, timeout=TIMEOUT_S)
    return response


def _resolve(repository: str, commit: str, path: str) -> str:
    return f"/{repository}/resolve/{quote(commit, safe='')}/{quote(path)}"


def _check_name(repository: str) -> None:
    if not _REPOSITORY.fullmatch(repository) or ".." in repository:
        raise UsageError(f"{repository!r} is no name of a model on the hub; write it like hf-hub:owner/model")


def _facts(listing: Listing, path: str, headers: Message) -> RemoteFile:
    etag = headers.get("X-Linked-Etag") or headers.get("ETag") or ""
    size = headers.get("X-Linked-Size") or ("" if headers.get("Location") else headers.get("Content-Length") or "")
    return RemoteFile(
        listing.repository,
        headers.get("X-Repo-Commit") or listing.commit,
        path,
        int(size) if size.isdecimal() else None,
        etag.removeprefix("W/").strip('"'),
    )


def _refused(error: HTTPError, repository: str) -> ModelMissing:
    if error.code in {401, 403}:
        return ModelMissing(
            f"{repository} cannot be fetched without permission: accept its terms on its page, "
            "and give your access token in HF_TOKEN."
        )
    if error.code == 404:
        return ModelMissing(f"there is no {repository}, or a part of it is gone; check the name.")
    return ModelMissing(f"{repository} cannot be fetched (the server says {error.code}); try again later.")
