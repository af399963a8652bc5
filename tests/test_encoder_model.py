"""The default model: its reference, its export and the speed path, which must agree."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import qa.model_export as model_export
import qa.runtimes as runtimes
from qa.config import Settings
from qa.encoder import open_encoder
from qa.errors import EncoderUnavailable
from qa.fast_encoder import FastEncoder, open_proved, worst_cosine
from qa.model_export import PROBE_TEXTS, Export, kept_export
from qa.text_embedding import encodable

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

pytestmark = pytest.mark.slow


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


def test_a_graph_that_disagrees_with_the_reference_is_not_used(damaged: Path):
    """
    The proof looks at the numbers: probes of another model make it fail.
    """
    with np.load(damaged / "probes.npz") as kept:
        arrays = {name: np.roll(kept[name], 1, axis=-1) for name in kept.files}
    np.savez(damaged / "probes.npz", **arrays)

    with pytest.raises(EncoderUnavailable, match=r"does not agree.*worst cosine"):
        open_proved(Export(damaged), "onnx-float32")


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


def test_the_proof_covers_every_length_the_model_takes(export: Export):
    """
    Among the probe texts are an empty one and one that is cut off.
    """
    encoder = fast(export, "onnx-float32")
    lengths = [len(tokens) for _, tokens in export.probes()]

    assert (0, 254) == (min(lengths), max(lengths))
    assert encoder.count_tokens(PROBE_TEXTS[-1]) > 254
    assert worst_cosine(encoder, export) > 0.99999


def test_a_model_that_is_not_here_is_not_fetched():
    """
    An unknown name is an error that says what to do, and no connection is tried.
    """
    with pytest.raises(EncoderUnavailable, match="nothing is fetched"):
        open_encoder(Settings(model="nobody/no-such-model"))


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
