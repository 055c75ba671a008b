"""A source's file from its publisher's own address: whole or not at all.

Only https, also after a redirect; a limit of size and of time. The file lands under a
temporary name and is renamed at the end.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Final, Protocol
from urllib.parse import urlsplit

from allanite.catalogue.folders import check_parent
from allanite.errors import UsageError

SECONDS: Final = 30.0
CHUNK_BYTES: Final = 1 << 20
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_ZIP_MAGIC: Final = b"PK\x03\x04"
_PAGE_STARTS: Final = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One file that was fetched.

    Attributes:
        path: where it lies.
        bytes: its size.
        sha256: its digest, hexadecimal.
    """

    path: Path
    bytes: int
    sha256: str


class Response(Protocol):
    """What a fetch needs of an answer of a server."""

    @property
    def headers(self) -> Mapping[str, str] | HTTPMessage:
        """Headers of the answer."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def check_address(url: str) -> None:
    """Raise `UsageError` for an address that is not https with a host."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise UsageError(f"address {url!r} is refused: only https addresses are fetched")


def fetch(url: str, folder: Path, limit: int) -> Download:
    """Fetch an address into a folder, which is made if need be.

    Args:
        url: an https address.
        folder: where the file goes; its name is the last part of the address.
        limit: largest size [byte].

    Raises:
        UsageError: no network, an answer that is no file, one too large or cut short; nothing
            is left in the folder then.
    """
    check_address(url)
    check_parent(folder / "file")
    opener = urllib.request.build_opener(_OnlyHttps)
    request = urllib.request.Request(url, headers={"User-Agent": "allanite"})  # noqa: S310 - https
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return save(answer, url, folder, limit)
    except urllib.error.HTTPError as error:
        raise UsageError(f"{url} answered {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UsageError(f"cannot reach {urlsplit(url).hostname}: {reason}") from error


def save(answer: Response, url: str, folder: Path, limit: int) -> Download:
    """Write an answer to a folder under the name its address gives.

    Raises:
        UsageError: see `fetch`.
    """
    announced = int(answer.headers.get("Content-Length") or 0)
    if announced > limit:
        raise UsageError(_too_large(url, announced, limit))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".allanite-", dir=folder.parent) as scratch:
        part = Path(scratch) / "part"
        head, size, digest = _copy(answer, part, url, limit)
        if announced and size != announced:
            raise UsageError(f"{url} was cut short: {size:,} of {announced:,} bytes")
        if not size or head.lstrip().lower().startswith(_PAGE_STARTS):
            raise UsageError(f"{url} gave a web page or nothing, not a file")
        folder.mkdir(exist_ok=True)
        path = folder / _file_name(url, head)
        part.chmod(0o644)
        part.replace(path)
    return Download(path=path, bytes=size, sha256=digest)


def _copy(answer: Response, part: Path, url: str, limit: int) -> tuple[bytes, int, str]:
    hasher = hashlib.sha256()
    size, head = 0, b""
    with part.open("wb") as file:
        while chunk := answer.read(CHUNK_BYTES):
            head = head or chunk[:64]
            size += len(chunk)
            if size > limit:
                raise UsageError(_too_large(url, size, limit))
            hasher.update(chunk)
            file.write(chunk)
    return head, size, hasher.hexdigest()


def _too_large(url: str, size: int, limit: int) -> str:
    return f"{url} is larger than {limit / 1e6:,.0f} MB ({size / 1e6:,.0f} MB); raise --limit"


def _file_name(url: str, head: bytes) -> str:
    name = _UNSAFE.sub("-", Path(urlsplit(url).path).name).strip(".-") or "download"
    is_zip = head.startswith(_ZIP_MAGIC)
    return f"{name}.zip" if is_zip and not name.lower().endswith(".zip") else name
