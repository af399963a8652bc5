"""qa.asked: why a quote that looks right cannot answer, and that right answers pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.asked import Kind, mismatch, understood
from qa.evaluate.questions import half
from qa.named import reviewed_names

EVAL = Path(__file__).parent / "eval"


def reason(
    question: str, quote: str, context: str = "Depression", population: str | None = None
) -> Kind | None:
    """The kind of mismatch, or None."""
    names = reviewed_names()
    found = mismatch(understood(question, names), quote, context, population, names)
    return found and found.kind


SAFE = "ECT is considered safe."


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Can children have ECT?", SAFE),
        ("Is ECT all right for a child?", SAFE),
        ("Can my 15 year old have ECT?", SAFE),
        ("Is ECT safe for teenagers?", SAFE),
        ("Is ECT safe in pregnancy?", SAFE),
        ("can i have ect while breast-feeding", SAFE),
        ("Is ECT safe for the elderly?", SAFE),
        ("Is ECT more common in women or men?", "ECT is common."),
        ("Do veterans get ECT?", SAFE),
        ("Does ECT work in adults?", "ECT works in most adolescents."),
    ],
)
def test_other_people_are_a_mismatch(question: str, quote: str) -> None:
    """
    The question names a group and nothing about the quote can mean it.
    """
    assert Kind.POPULATION == reason(question, quote)


@pytest.mark.parametrize(
    ("question", "quote", "context", "population"),
    [
        ("Can children have ECT?", "ECT is safe at any age.", "ECT", None),
        ("Can children have ECT?", SAFE, "ECT for young people", None),
        ("Can children have ECT?", SAFE, "ECT", "children and adolescents"),
        ("Can teenagers have ECT?", "ECT is not given to children.", "ECT", "adults"),
        ("Is it safe in pregnancy?", "The baby may be born early.", "ECT", "adults"),
        ("Is ECT safe for the elderly?", "ECT is safe for adults.", "ECT", None),
        ("Does ECT work in adults?", "ECT works in adolescents and adults.", "ECT", None),
        ("Can my son have ECT?", SAFE, "ECT", "adults"),
        ("Can I bring my mum along?", "You can bring someone.", "Appointments", "adults"),
        ("Will I pass it on to my kids?", "Genes may play a part.", "Causes", "adults"),
        ("I was ill before having kids, is it back?", "It can return.", "Causes", None),
    ],
)
def test_the_same_people_or_a_relation_are_none(
    question: str, quote: str, context: str, population: str | None
) -> None:
    """
    A wider group, a word for all ages, or a member of the family of whatever age.
    """
    assert None is reason(question, quote, context, population)


def test_a_child_of_the_asker_is_another_group_where_the_document_is_for_adults() -> None:
    """
    A document that does not say whom it is for gets the benefit of the doubt.
    """
    assert Kind.POPULATION == reason("Can my kid have ECT?", SAFE, "ECT", "adults")
    assert None is reason("Can my kid have ECT?", SAFE, "ECT", None)


def test_an_article_for_adults_is_not_about_the_old_among_them() -> None:
    """
    The quote, the heading or an article for older adults must say it.
    """
    asked = "Is ECT safe for the elderly?"
    assert Kind.POPULATION == reason(asked, SAFE, "ECT", "adults")
    assert None is reason(asked, SAFE, "ECT", "older adults")
    assert None is reason(asked, SAFE, "ECT at an older age", "adults")


@pytest.mark.parametrize(
    ("question", "quote", "context"),
    [
        ("Does ketamine wear off?", "The benefit of VNS lasts.", "Results"),
        ("Does ketamine wear off?", "The benefit lasts.", "Vagus nerve stimulation"),
        ("Is Zoloft addictive?", "Lithium is a natural salt.", "Adding medicines"),
        ("Does shock treatment hurt?", "TMS does not hurt.", "Compared"),
        ("Is ketamine safe?", "Spravato can cause sedation.", "Nasal spray"),
        ("Do antidepressants make you dream?", "After ECT many people dream.", "Memory"),
    ],
)
def test_another_treatment_is_a_mismatch(question: str, quote: str, context: str) -> None:
    """
    Named in the quote, or above it where the quote names none.
    """
    assert Kind.TREATMENT == reason(question, quote, context)


@pytest.mark.parametrize(
    ("question", "quote", "context"),
    [
        ("Is Spravato safe?", "Esketamine is safe.", "Compared"),
        ("Is the nose spray safe?", "Spravato is safe.", "Compared"),
        ("Is shock therapy safe?", "Electroconvulsive therapy is safe.", "Compared"),
        ("Is Zoloft used first?", "SSRIs are used first.", "Medicines"),
        ("Which SSRI is used first?", "Sertraline is used first.", "Medicines"),
        ("Is lithium a worry?", "All medicines can have side effects.", "Ketamine"),
        ("Is ECT safe?", "Ketamine is safe too.", "ECT"),
        ("ECT or ketamine?", "ECT works best.", "Compared"),
        ("Is ECT safe?", "It is safe.", "Safety"),
        ("Is it safe?", "Ketamine is safe.", "Ketamine"),
        ("Are antidepressants enough?", "RECOVER counts four failed treatments.", "VNS"),
        ("Does ECT act fast?", "Other treatments act more slowly than ECT.", "Compared"),
    ],
)
def test_the_same_treatment_or_its_kind_is_none(question: str, quote: str, context: str) -> None:
    """
    Brand and medicine, acronym and long form, everyday name, kind and member; one of two is enough.
    """
    assert None is reason(question, quote, context)


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("What does it cost?", "It is given in a clinic.", Kind.COST),
        ("Will insurance cover it?", "It is given in a clinic.", Kind.COST),
        ("What does it cost?", "Many insurers pay for it.", None),
        ("How many people relapse?", "A relapse means that it comes back.", Kind.NUMBER),
        ("How many people relapse?", "Most people stay well.", None),
        ("How many people relapse?", "A third relapse.", None),
        ("What percentage relapses?", "About 30% relapse.", None),
        ("How many kinds are there?", "The kinds are blue and red.", None),
        ("How long does it take?", "It runs into a vein.", Kind.TIME),
        ("How often is it given?", "It is given by a nurse.", Kind.TIME),
        ("When was it approved?", "It was approved by the authorities.", Kind.TIME),
        ("How long does it take?", "It works right away.", None),
        ("How long do I take it?", "You take it for life.", None),
        ("How often is it given?", "It is given daily.", None),
        ("How soon does it work?", "It takes several weeks.", None),
        ("How many people relapse?", "A relapse is a return, says Smith (2022).", Kind.NUMBER),
        ("How long does it take?", "It is a drip, says “7 Drips to Know”.", Kind.TIME),
        ("When was it approved?", "It was approved in 2019.", None),
        ("How many took part?", "In 2019, 40 people took part.", None),
    ],
)
def test_the_kind_of_answer_that_was_asked_for(
    question: str, quote: str, expected: Kind | None
) -> None:
    """
    Money, a number, a time: any word that could be one is enough.
    """
    assert expected == reason(question, quote)


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("What next after 4 failed treatments?", "Two failed drugs count.", Kind.FIGURE),
        ("What next after 4 failed treatments?", "Four failed drugs count.", None),
        ("What next after 4 failed treatments?", "Two or more failed drugs count.", None),
        ("What next after 4 failed treatments?", "Two to five treatments fail.", None),
        ("What next after 4 failed treatments?", "The next one may help.", None),
        ("What next after 4 failed treatments?", "See a doctor within two weeks.", None),
        ("Who was well at 12 months?", "Half were well at 24 months.", Kind.FIGURE),
        ("Who was well at 12 months?", "Half were well at 12 and at 24 months.", None),
        ("Are 4 failed treatments enough?", "Two failed drugs count.", None),
        ("I tried four drugs, how many must fail?", "Two drugs must fail.", None),
    ],
)
def test_a_figure_that_is_a_condition(question: str, quote: str, expected: Kind | None) -> None:
    """
    Another figure of the same kind is a mismatch, unless the figure is what is asked.
    """
    assert expected == reason(question, quote)


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Who should not have TMS?", "TMS uses pulses.", Kind.POLARITY),
        ("What foods should I avoid?", "Fruit and fish help.", Kind.POLARITY),
        (
            "How long did their improvement last?",
            "Those who showed no real improvement at 12 months improved by month 24.",
            Kind.POLARITY,
        ),
        ("Who should not have TMS?", "TMS isn’t for people with metal implants.", None),
        ("Who should not have TMS?", "TMS can be a risk after seizures.", None),
        ("Who should have TMS?", "TMS uses pulses.", None),
        ("How many had no improvement?", "40 of them had no improvement.", None),
        ("Does it bring improvement?", "There was no improvement.", None),
        ("How long did the relief last?", "The relief lasted 6 months, with no harm.", None),
    ],
)
def test_what_not_to_do(question: str, quote: str, expected: Kind | None) -> None:
    """
    A "not" that is asked for must stand in the quote in some form; what is asked how long or how
    many of must not be denied there.
    """
    assert expected == reason(question, quote)


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Whom can I call in Australia?", "In the United States, call 988.", Kind.PLACE),
        ("Whom can I call in the US?", "In the United Kingdom, call Samaritans.", Kind.PLACE),
        ("Whom can I call in the US?", "Call 911 in the US or 112 in the EU.", None),
        ("Whom can I call in America?", "In the United States, call 988.", None),
        ("whom can i call in the uk?", "In the United States, call 988.", Kind.PLACE),
        ("whom can i call in scotland?", "In the United States, call 988.", Kind.PLACE),
        ("whom can i call in the us?", "In the United Kingdom, call Samaritans.", Kind.PLACE),
        ("whom can i call in the uk?", "In the United Kingdom, call Samaritans.", None),
        ("will there be changes in us all?", "In the United Kingdom, many got better.", None),
        ("Whom can I call in Germany?", "Call 911 in the US or 112 in the EU.", None),
        ("Whom can I call in Canada?", "Use the crisis line of your country, not the US.", None),
        ("Is it approved in Canada?", "It is approved.", None),
        ("Whom can I call?", "In the United States, call 988.", None),
        ("Can it help us?", "In the United Kingdom, many got better.", None),
    ],
)
def test_another_country(question: str, quote: str, expected: Kind | None) -> None:
    """
    A number or an approval of another country is no answer; one that names none may be.
    """
    assert expected == reason(question, quote)


def test_the_mismatch_names_what_is_lacking() -> None:
    """
    In words that can be shown.
    """
    names = reviewed_names()
    asked = understood("Is it safe in pregnancy?", names)
    found = mismatch(asked, SAFE, "ECT", "adults", names)
    assert found is not None
    assert "pregnancy or breastfeeding" == found.wanted


def tune(name: str) -> list[dict[str, object]]:
    """The questions of a file that rules may be fitted on."""
    lines = (EVAL / name).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if half(row["id"]) == "tune"]


@pytest.mark.parametrize("name", ["answerable.jsonl", "differing.jsonl"])
def test_right_answers_pass(name: str) -> None:
    """
    A wrong veto silences a right answer: at most one listed answer in a hundred.
    """
    vetoed, count = [], 0
    for row in tune(name):
        answers = row["answers"]
        assert isinstance(answers, list)
        for answer in answers:
            count += 1
            title = Path(answer["source"]).stem.replace("-", " ")
            if reason(str(row["question"]), answer["text"], title, "adults"):
                vetoed.append((row["question"], answer["text"]))
    assert len(vetoed) <= count / 100, vetoed
