"""A corpus of three short articles and settings for it, for tests that build."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from qa.build import build
from qa.config import Settings
from tests.encoders import WordLengthEncoder

ECT = """---
title: Electroconvulsive therapy
publisher: Example Clinic
published: 2024-03-01
review_due: 2025-03-01
---
# Electroconvulsive therapy

A course of electroconvulsive therapy has about nine sessions. Patients sleep during each one.

## Side effects

Common side effects of electroconvulsive therapy are:

- headache on the same day
- gaps in memory around the treatment
"""
TMS = """---
title: Magnetic stimulation
publisher: Example Clinic
published: 2023-06-10
---
# Magnetic stimulation

Magnetic stimulation is given five days a week for six weeks. No anaesthetic is needed.
"""
KETAMINE = """Ketamine

Ketamine is given as a slow drip into a vein. The effect may begin within hours.
"""
KETAMINE_SIDECAR = """title = "Ketamine"
publisher = "Example Hospital"
published = "2022-01-15"
"""
FILES = {
    "ect.md": ECT,
    "tms.md": TMS,
    "more/ketamine.txt": KETAMINE,
    "more/ketamine.toml": KETAMINE_SIDECAR,
}
QUESTION = "How many sessions has a course of electroconvulsive therapy?"


def write_corpus(folder: Path) -> Path:
    """Writes the three articles below `folder`."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def small_settings(tmp_path: Path) -> Settings:
    """Settings for a fresh small corpus and an index beside it."""
    return Settings(corpus=write_corpus(tmp_path / "corpus"), index=tmp_path / "index")


def built_settings(tmp_path: Path) -> Settings:
    """Settings for a copy of the small corpus and of its index, built once for all tests."""
    for name in ("corpus", "index"):
        shutil.copytree(_built() / name, tmp_path / name, copy_function=shutil.copy)
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


@cache
def _built() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="wellsourced-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build(small_settings(folder), WordLengthEncoder())
    return folder
