"""The PDF files that articles were read from, as files and as pictures of their pages.

Only the bytes that the snapshot was made from are shown: the id of a document begins the sha256
of its source, and a file that has changed since is not served.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path

from qa.records import Document
from qa.web.pdf_picture import picture_of

_PICTURES_BYTES = 16 * 1024 * 1024  # kept in memory
_WAIT_SECONDS = 20.0  # for the picture that is being drawn before
_REMEMBERED = 1000  # files whose digest was checked


class Originals:
    """The PDF files below one corpus folder; safe to use from several threads."""

    def __init__(self, corpus: Path, largest_bytes: int) -> None:
        self._corpus = corpus
        self._largest = largest_bytes
        self._checked: OrderedDict[tuple[str, int, int, int], bool] = OrderedDict()
        self._pictures: OrderedDict[tuple[str, int], bytes | None] = OrderedDict()
        self._drawing = threading.Lock()  # one picture at a time
        self._keeping = threading.Lock()

    def is_there(self, document: Document) -> bool:
        """Whether the file can be shown; a file that has not been touched is not read again."""
        path = self._path(document)
        if path is None:
            return False
        try:
            state = path.stat()
        except OSError:
            return False
        key = (document.doc_id, state.st_mtime_ns, state.st_size, state.st_ino)
        with self._keeping:
            known = self._checked.get(key)
        if known is None:
            known = self.file(document) is not None
            with self._keeping:
                self._checked[key] = known
                while len(self._checked) > _REMEMBERED:
                    self._checked.popitem(last=False)
        return known

    def file(self, document: Document) -> bytes | None:
        """The bytes the document was read from; None if it is no PDF, gone or changed."""
        path = self._path(document)
        if path is None:
            return None
        try:
            if path.stat().st_size > self._largest:
                return None
            data = path.read_bytes()
        except OSError:
            return None
        same = hashlib.sha256(data).hexdigest().startswith(document.doc_id)
        return data if same and data[:1024].find(b"%PDF-") >= 0 else None

    def picture(self, document: Document, page: int) -> bytes | None:
        """One page as a PNG; None where there is none or it cannot be drawn."""
        if not 1 <= page <= len(document.page_starts) or not self.is_there(document):
            return None
        if not self._drawing.acquire(timeout=_WAIT_SECONDS):
            return None
        try:
            key = (document.doc_id, page)
            if key in self._pictures:
                self._pictures.move_to_end(key)
                return self._pictures[key]
            pdf = self.file(document)
            return None if pdf is None else self._keep(key, picture_of(pdf, page))
        finally:
            self._drawing.release()

    def fails(self, document: Document, page: int) -> bool:
        """Whether the page was tried and could not be drawn."""
        return self._pictures.get((document.doc_id, page), b"") is None

    def _keep(self, key: tuple[str, int], picture: bytes | None) -> bytes | None:
        self._pictures[key] = picture
        while sum(len(kept or b"") for kept in self._pictures.values()) > _PICTURES_BYTES:
            self._pictures.popitem(last=False)
        while len(self._pictures) > _REMEMBERED:
            self._pictures.popitem(last=False)
        return picture

    def _path(self, document: Document) -> Path | None:
        """Where the source lies; None for another kind or a path that leaves the corpus."""
        if not document.source.lower().endswith(".pdf") or document.record_id is not None:
            return None
        try:
            folder = self._corpus.resolve()
            path = (folder / document.source).resolve()
        except (OSError, ValueError):
            return None
        return path if path.is_relative_to(folder) and path.is_file() else None
