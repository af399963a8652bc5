"""The one place that opens the sentence reader that the settings name (QA_READER)."""

from __future__ import annotations

from pathlib import Path

from qa.config import Settings
from qa.cross_encoder import FOLDER, ReaderUnavailable, SentenceReader
from qa.pair_reader import OR_ELSE, PairReader

Reader = SentenceReader | PairReader


def open_reader(settings: Settings) -> Reader:
    """The reader that comes with the program, a folder's, or a Hugging Face cross-encoder.

    A name stands for a model whose files are already in this machine's Hugging Face cache.
    Raises ReaderUnavailable; also for "off", where there is nothing to open.
    """
    if settings.reader == "off":
        raise ReaderUnavailable(f"QA_READER is off: no reader is opened. Name one, {OR_ELSE}")
    folder = FOLDER if settings.reader == "default" else _folder(settings.reader)
    if folder == FOLDER or (folder / "reader.json").is_file():
        return SentenceReader(folder, settings.backend, settings.cache)
    if (folder / "config.json").is_file():
        return PairReader(folder)
    raise ReaderUnavailable(
        f"QA_READER: {folder} holds neither reader.json (a reader in this program's own form) nor "
        f"config.json (a Hugging Face cross-encoder). Name a folder that does, {OR_ELSE}"
    )


def _folder(name: str) -> Path:
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise ReaderUnavailable(
            f"QA_READER: {name!r} is not a folder, and models by name need packages that are not "
            f"here ({error}). Run: pip install -r requirements.txt, {OR_ELSE}"
        ) from error
    for known in (name, f"cross-encoder/{name}"):
        try:
            return Path(snapshot_download(known, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    raise ReaderUnavailable(
        f"QA_READER: {name!r} is not a folder and not among the Hugging Face models kept on this "
        f"machine; nothing is fetched. Put its folder on this machine and name the path, {OR_ELSE}"
    )
