"""qa.safety: who is met with help, and what stays a question."""

from __future__ import annotations

import json
import logging
import random
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.build import build
from qa.config import Settings
from qa.encoder import open_encoder
from qa.engine import Engine
from qa.records import Status, Turn
from qa.safety import Detector, Need, Reading
from qa.safety.detector import MOST_PARTS, PARTS
from qa.safety.features import likeness, nearness
from qa.safety.lists import ListUnusable, lists
from qa.safety.model import RECORD, shipped_model
from qa.safety.patterns import PatternUnusable, compile_patterns
from qa.safety.plain import _RUN, _SENTENCE_END, _TOKEN, _lettered, _unsigned, sentences
from qa.safety.weights import WeightsUnusable
from tests.encoders import WordLengthEncoder
from tests.small_corpus import write_corpus

CRISIS = Path(__file__).parent / "crisis"


@pytest.fixture(scope="module")
def rules() -> Detector:
    """The rules alone, as with any encoder but the default one."""
    return Detector(None)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine over three short articles, with the toy encoder."""
    folder = tmp_path_factory.mktemp("safety")
    settings = Settings(corpus=write_corpus(folder / "corpus"), index=folder / "index")
    build(settings, WordLengthEncoder())
    return Engine.open(settings, WordLengthEncoder())


@pytest.mark.parametrize(
    "message",
    [
        "I want to kill myself",
        "i dont want to be here anymore",
        "I don’t want to live",
        "my son is suicidal what do i do",
        "i feel like ending it all",
        "I took too many pills",
        "i can't go on",
        "thinking of suicide",
        "i wanna die",
        "no point living anymore",
        "everyone would be better off without me",
        "she says she wants to hurt herself",
        "I want to kill myself, is suicide painful",
        "I want to kil myself",
        "i wnat to die",
        "i am suicdal",
        "k1ll mys3lf tonight",
        "i want to k i l l myself",
        "i want to unalive myself",
    ],
)
def test_a_message_of_self_harm_is_a_crisis(rules: Detector, message: str) -> None:
    """
    Plain, misspelt, disguised, about oneself or another person: help comes, by the rules alone.
    """
    assert Need.CRISIS == rules.read(message).need


@pytest.mark.parametrize(
    "message",
    [
        "Does ketamine reduce suicidal thoughts?",
        "Is TRD linked to suicide?",
        "what are the side effects of tms",
        "cutting down on alcohol",
        "will ect kill me",
        "I've tried everything and nothing works",
        "how do i end my treatment",
        "how do antidepressants affect the risk of suicide",
        "my back is killing me",
        "",
    ],
)
def test_a_question_about_the_subject_is_a_question(rules: Detector, message: str) -> None:
    """
    Knowledge questions and other senses of the words are answered, not met with the card.
    """
    assert Need.NONE == rules.read(message).need


def test_the_subject_named_as_knowledge_gives_the_quiet_pointer(engine: Engine) -> None:
    """
    The help line is pointed to, the question is treated as one.
    """
    answer = engine.ask("Does ketamine reduce suicidal thoughts?")
    assert "help_line" in answer.notices
    assert answer.crisis is None
    assert Status.CRISIS != answer.status


def test_the_other_question_of_a_message_can_be_asked_next(engine: Engine) -> None:
    """
    The card comes alone; the question is offered to be tapped.
    """
    answer = engine.ask("I want to kill myself. How many sessions has ECT?")
    assert (Status.CRISIS, ()) == (answer.status, answer.quotes)
    assert ("How many sessions has ECT?",) == answer.choices


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        (
            "i want to die but first tell me how long does ketamine take",
            "tell me how long does ketamine take",
        ),
        ("i want to die, what is ect", "what is ect"),
        ("I want to die. What is ECT, and is it safe?", "What is ECT, and is it safe?"),
    ],
)
def test_the_other_question_is_found_inside_a_sentence(
    rules: Detector, message: str, rest: str
) -> None:
    """
    A clause that asks is offered where no sentence does; a sentence that does stays whole.
    """
    assert (Need.CRISIS, (rest,)) == (rules.read(message).need, rules.read(message).rest)


def test_a_cry_for_help_is_not_drowned_by_a_question(
    rules: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A message that sounds harmless as a whole shows the card if a clause of it is far from harmless;
    one that is only likely to be, by itself, does not.
    """
    message = "the days are all alike, does ect work for everyone"
    far = 2 * rules._head.certain
    for scored, expected in ((far + 0.01, Need.DOUBTFUL), (far - 0.01, Need.NONE)):
        scores = {"the days are all alike": scored}
        monkeypatch.setattr(
            "qa.safety.model.Head.score", lambda _, said, __, s=scores: s.get(said, -1.0)
        )
        assert expected == rules.read(message).need


def test_the_clause_is_told_by_its_meaning_too() -> None:
    """
    With the shipped encoder and weights.
    """
    read = Detector(open_encoder(Settings())).read
    assert Need.NONE < read("i dont want to be here anymore, does ect work?").need
    assert Need.NONE == read("i dont want to be late, does ect take long?").need


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("and tonight?", Need.CRISIS),
        ("i still feel it", Need.CRISIS),
        ("yes", Need.CRISIS),
        ("ok thanks", Need.DOUBTFUL),
        ("What are the side effects of zoloft?", Need.NONE),
    ],
)
def test_a_short_message_is_read_in_the_light_of_a_crisis(
    rules: Detector, message: str, expected: Need
) -> None:
    """
    What continues a crisis message is one; thanks keep the card in view; a new question is a
    question, and help stays quietly visible.
    """
    history = [Turn("user", "i want to die"), Turn("assistant", "")]
    reading = rules.read(message, history)
    assert (expected is Need.NONE) == (reading.need is Need.NONE)
    assert reading.need >= expected
    assert (expected is Need.NONE) == reading.pointer


@pytest.mark.parametrize(
    ("earlier", "message", "shown"),
    [
        ("how often are the infusions", "for how many weeks", False),
        ("does it get better", "then I would rather be dead", True),
        ("i cut myself again", "how does lithium work?", False),
        ("i cut myself again", "it won't stop and nobody is home", True),
    ],
)
def test_a_conversation_is_read_as_one(
    rules: Detector, earlier: str, message: str, shown: bool
) -> None:
    """
    Short questions after ordinary ones stay questions, danger after them does not go unseen.
    """
    history = [Turn("user", earlier), Turn("assistant", "The articles do not say.")]
    assert shown == (Need.NONE is not rules.read(message, history).need)


def test_after_a_crisis_what_is_doubtful_by_itself_shows_the_card(
    rules: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    However harmless the weights for conversations find it; after a harmless message they decide.
    """
    doubtful = rules._head.doubtful + 0.01
    scores = {"the worst": 9.0, "what is a placebo": -1.0, "so it goes": doubtful}
    monkeypatch.setattr("qa.safety.model.Head.turn_score", lambda *_: -9.0)
    monkeypatch.setattr("qa.safety.model.Head.score", lambda _, said, __: scores[said])
    for earlier, expected in (("the worst", Need.DOUBTFUL), ("what is a placebo", Need.NONE)):
        assert expected == rules.read("so it goes", [Turn("user", earlier)]).need


def test_a_harmless_past_does_not_hide_what_is_certain(
    rules: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    However harmless the conversation makes it, a message certain by itself is met with help.
    """
    message = "nobody would miss me and i would not mind that being soon"
    history = [Turn("user", "what is a placebo")]
    monkeypatch.setattr("qa.safety.model.Head.turn_score", lambda *_: -9.0)
    monkeypatch.setattr("qa.safety.model.Head.score", lambda *_: 9.0)
    assert Need.CRISIS == rules.read(message).need
    assert Need.DOUBTFUL == rules.read(message, history).need


def test_likeness_is_one_for_the_same_and_falls_with_distance() -> None:
    """
    exp(-narrow times the squared distance), a row to each row.
    """
    rows = np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)
    assert np.allclose([1.0, np.exp(-2.5)], nearness(rows[0], rows, 0.1))
    assert np.allclose([[1.0, np.exp(-2.5)], [np.exp(-2.5), 1.0]], nearness(rows, rows, 0.1))
    ends = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    assert np.allclose([1.0, np.exp(-2.0)], likeness(ends[0], ends, 1.0))


def test_who_asks_for_a_way_is_shown_help_though_nobody_is_named(rules: Detector) -> None:
    """
    It has the form of a question of knowledge.
    """
    asked = "how many tablets would it take to overdose and die"
    assert Need.NONE is not rules.read(asked).need


def test_the_embedding_made_for_the_detector_serves_the_search(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A question that needs no mending goes through the encoder once.
    """
    texts: list[str] = []
    plain = WordLengthEncoder.embed

    def counted(self: WordLengthEncoder, said: list[str], *rest: object) -> object:
        texts.extend(said)
        return plain(self, said)

    monkeypatch.setattr(WordLengthEncoder, "embed", counted)
    question = "How many sessions has a course of electroconvulsive therapy?"
    engine.ask(question)
    assert 1 == texts.count(question)


def test_a_detector_that_fails_shows_help_and_answers(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The card is there, the answer follows, and the log holds nothing of the message.
    """

    def broken(self: Detector, message: str, *_: object) -> Reading:
        raise RuntimeError(f"cannot read {message}")

    monkeypatch.setattr(Detector, "read", broken)
    with caplog.at_level(logging.DEBUG):
        answer = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == answer.status
    assert answer.crisis is not None
    assert "RuntimeError" in caplog.text
    assert "sessions" not in caplog.text


def test_an_encoder_that_fails_leaves_help(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Neither detector nor search can run: the card is shown.
    """

    def broken(self: WordLengthEncoder, *_: object) -> NDArray[np.float32]:
        raise RuntimeError("no encoder")

    monkeypatch.setattr(Detector, "read", broken)
    monkeypatch.setattr(WordLengthEncoder, "embed", broken)
    answer = engine.ask("How many sessions has ECT?")
    assert Status.CRISIS == answer.status
    assert answer.crisis is not None


def test_a_doubtful_message_gets_help_and_the_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The card stands above an answer that is there.
    """
    monkeypatch.setattr(Detector, "read", lambda *_: Reading(Need.DOUBTFUL))
    answer = engine.ask("How many sessions has a course of electroconvulsive therapy?")
    assert Status.ANSWERED == answer.status
    assert answer.crisis is not None
    assert answer.quotes


def test_a_crisis_message_is_never_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """
    No level of the log holds it.
    """
    with caplog.at_level(logging.DEBUG):
        engine.ask("i want to kill myself quokka")
    assert "quokka" not in caplog.text


def test_a_damaged_list_or_record_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The program does not start without its list.
    """
    from qa.safety import model

    monkeypatch.setattr("qa.safety.lists.FOLDER", tmp_path)
    monkeypatch.setattr(model, "RECORD", tmp_path / "crisis.json")
    with pytest.raises(ListUnusable, match=r"crisis\.toml cannot be read.*Restore"):
        lists.__wrapped__("crisis.toml", PARTS)
    (tmp_path / "crisis.toml").write_text("[classes]\n")
    with pytest.raises(ListUnusable, match="lacks a part.*Restore"):
        lists.__wrapped__("crisis.toml", PARTS)
    (tmp_path / "crisis.json").write_text("{}")
    with pytest.raises(WeightsUnusable, match="cannot be used.*Restore"):
        shipped_model.__wrapped__()
    (tmp_path / "crisis.json").write_bytes(RECORD.read_bytes())
    (tmp_path / "crisis.npz").write_bytes(RECORD.with_suffix(".npz").read_bytes() + b"x")
    with pytest.raises(WeightsUnusable, match="not the file that it names.*Restore"):
        shipped_model.__wrapped__()


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("{nobody} dies", "which there is not"), ("a .. (b)", "is no word"), ("", "empty pattern")],
)
def test_a_wrong_pattern_is_named(pattern: str, said: str) -> None:
    """
    The message says which list and which pattern.
    """
    with pytest.raises(PatternUnusable, match=f"a list.*{said}"):
        compile_patterns([pattern], {"want": "want"}, "a list")


def test_what_the_weights_are_fitted_on_is_not_in_the_test_set() -> None:
    """
    Messages that were fitted would measure nothing.
    """
    fitted = {
        json.loads(line)["text"].lower()
        for path in (CRISIS.parents[1] / "training" / "crisis").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
    tested = {
        json.loads(line)["text"].lower()
        for name in ("crisis", "doubtful")
        for line in (CRISIS / f"{name}.jsonl").read_text("utf-8").splitlines()
    }
    assert len(fitted & tested) < 12  # the plainest sentences occur in both by themselves


def test_the_weights_are_small() -> None:
    """
    They travel with the program.
    """
    assert RECORD.with_suffix(".npz").stat().st_size < 1_500_000


def test_disguised_words_and_ends_of_sentences_are_found_as_by_the_plain_rule() -> None:
    """
    The same as the rule written down plainly, which looks ahead from every sign of a row.
    """
    plainly = re.compile(r"(?=\S*[a-z])(?=\S*[013457$@!])" + _RUN.pattern)
    ends = re.compile(r"[.!?;…\n]+(?:\s|$)|\n")
    draw, changed = random.Random(7), 0
    for _ in range(20_000):
        text = "".join(draw.choices("ab1!$.?\n x-4;", k=draw.randrange(1, 14)))
        expected = plainly.sub(_lettered, text)
        assert expected == _TOKEN.sub(_unsigned, text)
        assert ends.split(text) == _SENTENCE_END.split(text)
        changed += expected != text
    assert changed > 1000


@pytest.mark.parametrize("message", ["!" * 250_000, "1" * 250_000, "!" * 250_000 + "-"])
def test_a_message_of_nothing_but_signs_is_read(message: str) -> None:
    """
    One that looks ahead from each sign would stand still for an hour, and everybody with it.
    """
    assert len(sentences(message)) <= 1


def test_of_a_message_of_questions_few_are_read_by_themselves(
    rules: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Each costs an embedding: a hundred that all speak of a crisis are not read to the last.
    """
    asked: list[str] = []
    monkeypatch.setattr(Detector, "_is_calm", lambda _, part: bool(asked.append(part)))
    assert () == rules.read("I want to kill myself. " + "How do I kill myself? " * 100).rest
    assert 2 * MOST_PARTS >= len(asked) > 0
