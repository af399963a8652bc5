"""qa.spelling: misspelt question words -> words of the corpus and of everyday English."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from rapidfuzz.distance import OSA

from qa.evaluate.questions import half
from qa.records import Change
from qa.slip_cost import slip_cost
from qa.spelling import Speller
from qa.text import fold, words
from qa.variants import variants
from qa.wordlists import english, names, slips

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [
    "Ketamine and esketamine treat depression. Antidepressants may stop working. A tablet, used "
    "two or three times a week, helps with the symptoms. The vagus nerve goes to the brain. "
    "Psychedelics, exercise, side effects, an appointment with a doctor, ECT and TMS. Behavioral "
    "therapy, anesthesia, an approved implant, the voice, inflammation, a nasal spray, lithium."
]
SPELLER = Speller(TEXTS, {"flying", "trying", "depressing"}.__contains__)


def mended(question: str) -> str:
    """The question as it is read."""
    return SPELLER.mend(question).text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # the rules of a slip: swapped, doubled, dropped, alike, neighbouring, silent
        ("ketmaine side effects", "ketamine side effects"),
        ("antideppressants not wrking?", "antidepressants not working?"),
        ("do phycadelics help with deppression", "do psychedelics help with depression"),
        ("excercise and imflamation", "exercise and inflammation"),
        ("tablits for my simptoms", "tablets for my symptoms"),
        ("will my voise change with the implent", "will my voice change with the implant"),
        ("halucinations", "hallucinations"),  # far down the list of English words
        ("docter apointment", "doctor appointment"),
        ("KETAMIN!", "ketamine!"),
        # shortened words, and words run together or torn apart
        ("wat shud i do els", "what should i do else"),
        ("can u stop helpin", "can you stop helping"),
        ("sideeffects", "side effects"),
        ("anti depressants, anti-depressants", "antidepressants, antidepressants"),
        # words taken for one another
        ("dose excercise help", "does exercise help"),
        ("were dose the nerve go", "where does the nerve go"),
        ("wat dose the vegas nerve do", "what does the vagus nerve do"),
        ("how many tims a weak is ect", "how many times a week is ect"),
        ("vagas nerve side affects", "vagus nerve side effects"),
        # across the Atlantic, where the articles have the one form only
        ("behavioural therapy, anaesthesia", "behavioral therapy, anesthesia"),
    ],
)
def test_slips_are_mended(question: str, expected: str) -> None:
    """
    What a tired person types is read as what they meant.
    """
    assert expected == mended(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "ect tms 2019",
        "Is flying safe?",  # English, though not in the corpus
        "depressing",
        "lamotrigine fluvoxamine lurasidone",  # names that the corpus does not have
        "What is a normal dose of ketamine?",
        "what dose of lithium do they give",
        "what dose should i take",
        "Is the dose the same for a weak heart?",
        "They were in Las Vegas on a weak tablet.",
        "every day, some one, may be",
        "Where were you?",
        "Does the good effect of ketamine wear off?",
        "How does that affect me?",
        "NHS and ADHD and Leeds",
        "my meds, the gym and booze",  # what people say, though no article says it
        "qqzzy",
    ],
)
def test_what_is_right_stays(question: str) -> None:
    """
    Words of the corpus, of English and names stay, and so does what is near nothing.
    """
    assert question == mended(question)


@pytest.mark.parametrize(
    "question",
    [
        "is im ketamine as good as iv",
        "is it given im or iv",
        "an im injection",
        "does it help with an av block",
        "the dos and don'ts of ect",
        "can i put a tablet in the bin",
        "can i bin them",
        "is a dat scan done",
        "a lump sum for my insurance",
        "to sum up, does it help",
        "is eva my doctor",
        "who is more apt to relapse",
        "how many usd does it cost",
        "can i take bc with lithium",
        "can a 5 yr old have it once a yr",
        "does msg cause depression",
    ],
)
def test_a_short_form_that_is_a_good_word_stays(question: str) -> None:
    """
    It is read as another word only where its surroundings show the slip.
    """
    assert question == mended(question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("im scared, do you think im ill", "I'm scared, do you think I'm ill"),
        ("is it ok if im on ketamine", "is it ok if I'm on ketamine"),
        ("i race an im restless", "i race an I'm restless"),
        ("can i av it", "can i have it"),
        ("how dos it work", "how does it work"),
        ("i have bin ill, has it bin tested", "i have been ill, has it been tested"),
        ("wat is dat", "what is that"),
        ("do sum people get sick, sum1 i love", "do some people get sick, some1 i love"),
        ("will it eva stop", "will it ever stop"),
        ("my next apt", "my next appointment"),
        ("wat is it usd for", "what is it used for"),
        ("a pill that usd to help", "a pill that used to help"),
        ("bc i can't sleep", "because i can't sleep"),
        ("is yr clinic open", "is your clinic open"),
    ],
)
def test_and_is_read_where_its_surroundings_show_the_slip(question: str, expected: str) -> None:
    """
    The other side of each rule.
    """
    assert expected == mended(question)


def _words_of_the_articles() -> list[str]:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*.md"))]
    return sorted({fold(word.of(text)) for text in texts for word in words(text)})


# Text-speak that the list of English words has picked up.
SHORTENED = frozenset("diff gonna hrs thru wanna docs cant dis yrs gotta cos whats cum".split())


def test_good_words_stay() -> None:
    """
    No word of the articles and none of the commonest English words is read as another one.
    """
    listed = _words_of_the_articles()
    speller = Speller([" ".join(listed)], lambda word: False)
    changed = [word for word in listed if speller.mend(word).text != word]
    assert [] == changed
    read = {w: speller.mend(w).text for w in english().common() if w not in SHORTENED}
    other = {w: new for w, new in read.items() if w != new and new not in variants(w)}
    assert {} == other


def test_a_name_is_never_read_as_another() -> None:
    """
    Each listed name, in whatever sentence, is read as itself.
    """
    for name in sorted(names()):
        question = f"is {name} safe with alcohol"
        assert question == mended(question)


def test_a_misspelt_name_is_read_as_the_clearly_nearest_one_or_stays() -> None:
    """
    Drop an inner letter of a name: the name comes back, or nothing is touched, never another.
    """
    pairs = permutations(sorted(names()), 2)
    close = {a for a, b in pairs if OSA.distance(a, b) <= 2}
    for name in sorted(close):
        for at in range(1, len(name) - 1, 2):
            slip = name[:at] + name[at + 1 :]
            read = mended(slip)
            assert read in (name, slip) or read not in names(), (slip, read)


@pytest.mark.parametrize(
    ("slip", "expected"),
    [
        ("ketamin", "ketamine"),
        ("esketamin", "esketamine"),
        ("sertaline", "sertraline"),
        ("citalapram", "citalopram"),
        ("lithum", "lithium"),
        ("silocybin", "psilocybin"),
        ("vilazadone", "vilazodone"),
        ("fluxetine", "fluoxetine"),
        ("xyzketamine", "xyzketamine"),
        ("olanzatidine", "olanzatidine"),  # a name we do not know is no slip of one we know
    ],
)
def test_misspelt_names(slip: str, expected: str) -> None:
    """
    A slip of one or two letters finds its name; a word that merely ends like one stays.
    """
    assert expected == mended(slip)


def test_mending_twice_changes_nothing_more() -> None:
    """
    What is read is spelt right.
    """
    for word in slips().words:
        once = mended(f"tell me {word} it is")
        assert once == mended(once)
    for read in {*slips().words.values(), *(c.read for c in slips().confusions)}:
        assert read == mended(read)


def _tune_questions() -> list[str]:
    questions = []
    for name in ("answerable", "near_miss", "off_topic"):
        for line in (ROOT / "tests" / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines():
            item = json.loads(line)
            if half(item["id"]) == "tune" and item.get("register") not in ("misspelt", "short"):
                questions.append(item["question"])
    return questions


def test_clean_questions_stay() -> None:
    """
    No word of a well-spelt golden question is read as another, text-speak aside.
    """
    for question in _tune_questions():
        serious = [c for c in SPELLER.mend(question).changes if c.matters]
        assert [] == serious, question


def test_changes_are_told_with_what_they_mean() -> None:
    """
    Grammar and the other side's spelling do not bear the meaning; a medicine's name does.
    """
    assert {
        Change("wat", "what", matters=False),
        Change("esketamin", "esketamine"),
        Change("dose", "does", matters=False),
    } == set(SPELLER.mend("wat dose esketamin do").changes)
    assert (Change("anaesthesia", "anesthesia", matters=False),) == (
        SPELLER.mend("anaesthesia").changes
    )
    assert () == SPELLER.mend("anesthesia").changes


def test_the_nearest_then_the_commoner_then_the_alphabet_decides() -> None:
    """
    The choice does not depend on hash order.
    """
    speller = Speller(["zorbled zorblex zorblex"], lambda word: False)
    assert "zorblex" == speller.mend("zorbley").text
    assert "zorbled" == Speller(["zorbley zorbled"], lambda word: False).mend("zorblet").text


@pytest.mark.parametrize(
    ("written", "meant", "expected"),
    [
        ("same", "same", 0.0),
        ("spary", "spray", 0.6),  # swapped
        ("simptoms", "symptoms", 0.5),  # one vowel for another
        ("aproved", "approved", 0.4),  # half of a double letter
        ("antipsycotics", "antipsychotics", 0.4),  # a silent h
        ("ab", "cd", 1 + 1 + 0.4),  # two letters, one of them the first
    ],
)
def test_slip_cost(written: str, meant: str, expected: float) -> None:
    """
    Prices as the docstring of slip_cost states them.
    """
    assert expected == pytest.approx(slip_cost(written, meant))


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("behavioural", "behavioral"),
        ("counselling", "counseling"),
        ("organisation", "organization"),
        ("stabiliser", "stabilizer"),
        ("programme", "program"),
        ("paediatric", "pediatric"),
        ("oesophagus", "esophagus"),
        ("anaesthetic", "anesthetic"),
        ("centre", "center"),
    ],
)
def test_variants_go_both_ways(british: str, american: str) -> None:
    """
    Either form leads to the other.
    """
    assert american in variants(british)
    assert british in variants(american)


def test_english() -> None:
    """
    The list has common and rare words, and tells the commonest first.
    """
    assert "hoarseness" in english()
    assert "the" in english()
    assert "wrking" not in english()
    assert "the" == english().common()[0]
    assert "commoner" in english().sounding("comoner")
