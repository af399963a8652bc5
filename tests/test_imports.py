"""Importing does no work: each module alone, without a warning, without the heavy libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "faiss",
    "gradio",
    "onnxruntime",
    "openvino",
    "pandas",
    "pypdf",
    "sentence_transformers",
    "torch",
    "transformers",
)
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "qa").rglob("*.py")
)
PDF_PARTS = "qa.readers.pdf_"  # what the PDF reader loads when it reads one
LOADED = f"print(*sorted(m for m in {HEAVY!r} if m in __import__('sys').modules))"


def loaded_by(code: str) -> list[str]:
    """The heavy libraries that a fresh interpreter holds after the code, warnings as errors."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{LOADED}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == result.returncode, result.stderr
    return result.stdout.splitlines()[-1].split()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_alone_and_loads_nothing_heavy(module: str) -> None:
    """
    No circle, no warning, no model, no seconds lost by those who do not need it.
    """
    expected = ["pypdf"] if module.startswith(PDF_PARTS) else []
    assert expected == loaded_by(f"import {module}")


@pytest.mark.parametrize("argv", [["--help"], ["build", "--help"], ["ask", "--help"]])
def test_help_loads_nothing_heavy(argv: list[str]) -> None:
    """
    Help comes at once.
    """
    code = (
        "from qa.cli import main\n"
        f"try:\n    main({argv!r})\n"
        "except SystemExit as ended:\n    assert ended.code == 0\n"
    )
    assert [] == loaded_by(code)


def test_the_check_can_fail() -> None:
    """
    A library that is loaded is seen.
    """
    assert ["faiss"] == loaded_by("import sys, types\nsys.modules['faiss'] = types.ModuleType('f')")
