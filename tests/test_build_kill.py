"""Builds that are really killed: whatever is live afterwards is whole and answers."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa.build import build
from qa.config import Settings
from qa.engine import Engine
from qa.snapshot import current_id, verify_snapshot
from tests.encoders import WordLengthEncoder
from tests.small_corpus import ECT, QUESTION, built_settings, small_settings

DRIVER = Path(__file__).with_name("build_driver.py")
KILLS = 50
SEED = 20260101

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills process groups and forks"),
]


def command(settings: Settings, mode: str = "build") -> list[str]:
    return [sys.executable, str(DRIVER), mode, str(settings.corpus), str(settings.index)]


def change_article(settings: Settings, number: int) -> None:
    """Another corpus each time, so that each build has a new snapshot to make."""
    text = ECT.replace("nine sessions", f"nine sessions (edition {number})")
    (settings.corpus / "ect.md").write_text(text, "utf-8")


def assert_serves(settings: Settings, allowed: set[str]) -> None:
    """The live snapshot is one of those that were complete, is whole, and finds the answer."""
    assert current_id(settings.index) in allowed
    assert [] == verify_snapshot(settings.index)
    engine = Engine.open(settings, WordLengthEncoder())
    hits = engine.search(QUESTION)
    assert "ect.md" == hits[0].document.source
    span = hits[0].passage.span
    assert "nine sessions" in hits[0].document.text[span.start : span.end]


def test_fifty_random_kills_leave_a_working_index(tmp_path: Path) -> None:
    """
    A build killed with its children at any moment leaves a live snapshot that is whole.
    """
    settings = built_settings(tmp_path)
    encoder = WordLengthEncoder()
    allowed = {str(current_id(settings.index))}
    change_article(settings, 0)
    began = time.monotonic()
    subprocess.run(command(settings), check=True, stdout=subprocess.DEVNULL)
    whole_run = time.monotonic() - began
    allowed.add(str(current_id(settings.index)))

    rng = random.Random(SEED)
    killed = 0
    for number in range(1, 4 * KILLS):
        change_article(settings, number)
        process = subprocess.Popen(
            command(settings), start_new_session=True, stdout=subprocess.PIPE, text=True
        )
        try:
            finished, _ = process.communicate(timeout=rng.uniform(0, whole_run))
            allowed.add(finished.strip())
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            published, _ = process.communicate()
            killed += 1
            live = str(current_id(settings.index))
            if live not in allowed:  # killed after the pointer moved: then it must be the new one
                assert live not in published or published.strip() == live
                allowed.add(live)
        assert_serves(settings, allowed)
        if killed == KILLS:
            break
    assert KILLS == killed

    report = build(settings, encoder)
    assert_serves(settings, {report.snapshot_id})
    assert [] == list(settings.index.glob(".staging-*"))


def test_a_kill_before_each_single_file_operation_leaves_a_working_index(tmp_path: Path) -> None:
    """
    There is no operation on the index before which a build could not be killed.
    """
    settings = built_settings(tmp_path)
    old = str(current_id(settings.index))
    change_article(settings, 1)

    run = subprocess.run(
        command(settings, "die"), capture_output=True, text=True, timeout=300, check=False
    )

    assert 0 == run.returncode, run.stderr
    *steps, last = [line.split() for line in run.stdout.splitlines()]
    new = last[1]
    assert "done" == last[0]
    assert old != new
    assert 20 < len(steps)
    assert {"0"} == {problems for _, _, problems in steps}
    live = [snapshot_id for _, snapshot_id, _ in steps]
    assert {old, new} >= set(live)
    assert sorted(live, key=[old, new].index) == live  # once the new one is live it stays so
    assert_serves(settings, {new})


def test_a_killed_build_of_the_command_line_leaves_a_working_index(tmp_path: Path) -> None:
    """
    The same holds for `python -m qa build` with the real encoder.
    """
    from qa.encoder import open_encoder
    from qa.errors import EncoderUnavailable

    settings = small_settings(tmp_path)
    try:
        encoder = open_encoder(settings)
    except EncoderUnavailable as error:
        pytest.skip(f"no encoder on this machine: {error}")
    allowed = {build(settings, encoder).snapshot_id}
    folders = ["--corpus", str(settings.corpus), "--index", str(settings.index)]
    rng = random.Random(SEED)
    for number in range(5):
        change_article(settings, number)
        process = subprocess.Popen(
            [sys.executable, "-m", "qa", "build", "-q", *folders],
            cwd=Path(__file__).parents[1],
            start_new_session=True,
        )
        try:
            process.communicate(timeout=rng.uniform(0.3, 3.0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        allowed.add(str(current_id(settings.index)))
        assert [] == verify_snapshot(settings.index)
        hits = Engine.open(settings, encoder).search(QUESTION)
        assert "ect.md" == hits[0].document.source
