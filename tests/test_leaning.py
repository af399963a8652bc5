"""qa.leaning: which sentences need the one before them."""

from __future__ import annotations

import pytest

from qa.leaning import leans


@pytest.mark.parametrize(
    "sentence",
    [
        "It is done twice a week.",
        "It is hard to treat.",
        "It is most likely to affect older adults.",
        "It may take several weeks for them to help.",
        "These last for 30 seconds.",
        "Such changes may be harder to manage.",
        "The same study found more.",
        "The other path is to add a medicine.",
        "Of these, two came back.",
        "About half of them relapse.",
        "Most of those feel a tickle.",
        "If it senses a change, the box sends a pulse.",
        "If so, call your doctor.",
        "In that study, half got better.",
        "According to that article, many relapse.",
        "Stigma often surrounds it, the same article adds.",
        "Ketamine brings a fast spike instead.",
        "Medicines often fail to give that.",
        "Medicines often fail to bring such a recovery.",
        "Advances widen the choice, it adds.",
        "Even so, many could not get it.",
        "One is mindfulness.",
        "All three figures come from one clinic.",
    ],
)
def test_a_sentence_that_leans(sentence: str) -> None:
    """
    What it speaks of stands in the sentence before.
    """
    assert leans(sentence, "TMS is new.")


@pytest.mark.parametrize(
    "sentence",
    [
        "TMS is done twice a week.",
        "It is hard to say why it fails.",
        "It is not known whether diet helps.",
        "It is worth telling your provider.",
        "It can take several weeks before mood improves.",
        "Those who smoke should stop.",
        "Most of those who smoke relapse.",
        "As a result of the swelling, walls thicken.",
        "Instead of surgery, you can wait.",
        "Depression that gets worse is a warning sign.",
        "The two are linked for the same reason.",
        "The blog contrasts ECT with VNS, whose benefits last longer, it says.",
        "VNS lasts, according to the same blog from 2026.",
        "The study of genes was small.",
    ],
)
def test_a_sentence_that_stands_alone(sentence: str) -> None:
    """
    An "it" that stands for nothing, "those" that points forward, a subject of its own.
    """
    assert not leans(sentence, "A study of TMS is new.")


def test_a_thing_named_just_before_is_taken_up() -> None:
    """
    "The form" leans where a form was first named, not elsewhere.
    """
    assert leans("The form asks for a name.", "Patients sign a consent form.")
    assert not leans("The form asks for a name.", "Patients sign.")
