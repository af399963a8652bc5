"""Questions and sentences as people write them: slips, plain words, "it", the name of a source.

Every change is drawn with the generator that is passed.
"""

from __future__ import annotations

import random
import re

from qa.text import terms


def pointed(question: str, heading: str) -> str:
    """The subject that the heading names too, replaced by "it", as in a conversation.

    >>> pointed("How is gout treated?", "Gout")
    'How is it treated?'
    """
    if len(heading) < 3:
        return question
    return re.sub(rf"\b{re.escape(heading)}\b", "it", question, count=1, flags=re.I)


VOICES = (
    "the clinic", "a hospital leaflet", "the institute", "the agency", "a health magazine",
    "the charity", "a doctors' blog", "a review of studies", "the same page", "that overview",
    "Northfield Health", "Harbor Medical Center", "the National Health Office", "MedLeaf",
    "Dr. Rowan's blog", "the Greenway Clinic", "HealthPoint", "the Society of Nurses",
)  # fmt: skip


def attributed(sentence: str, rng: random.Random) -> str:
    """The sentence as an article puts it that names its source.

    >>> attributed("It helps many people.", random.Random(0))
    'According to the National Health Office, it helps many people.'
    """
    if len(sentence) < 20 or not sentence.endswith(".") or not sentence[0].isupper():
        return sentence
    voice = rng.choice(VOICES)
    if rng.random() < 0.4:
        voice += f" ({rng.randrange(1998, 2027)})"
    said = sentence[:-1]
    first = said.split(" ", 1)[0]
    inner = said[0].lower() + said[1:] if first.lower() in _MILD else said
    ways = (
        f"{said}, says {voice}.", f"{said}, {voice} writes.", f"{said}, according to {voice}.",
        f"According to {voice}, {inner}.", f"{voice[0].upper()}{voice[1:]} says that {inner}.",
        f"{voice[0].upper()}{voice[1:]} writes that {inner}.",
    )  # fmt: skip
    return rng.choice(ways)


_MILD = frozenset(
    "a an the this these those it they he she you we most some many in on if when people "
    "patients doctors there its their for at as after before".split()
)


def roughen(question: str, rng: random.Random) -> str:
    """Write a question as people say and type it, or leave it.

    Everyday words, lower case, no mark, clipped, text speak, slips of the fingers.

    >>> roughen("How long does it take?", random.Random(4))
    'hw long does it take'
    """
    if rng.random() < 0.35:
        question = _everyday(question, rng)
    if rng.random() < 0.5:
        question = question.lower()
    if rng.random() < 0.4:
        question = question.rstrip("?. ")
    if rng.random() < 0.12:
        question = _clip(question)
    if rng.random() < 0.12:
        question = _text_speak(question, rng)
    for share in (0.2, 0.06):
        if rng.random() < share:
            question = _slip(question, rng)
    return question


EVERYDAY = {
    "medicine": ["tablet", "pill", "med"], "medicines": ["tablets", "pills", "meds"],
    "medication": ["tablets", "meds", "medicine"], "medications": ["tablets", "pills", "meds"],
    "drug": ["tablet", "medicine", "pill"], "drugs": ["tablets", "medicines", "meds"],
    "children": ["kids", "little ones"], "child": ["kid", "little one"],
    "adolescents": ["teens", "teenagers"], "teenagers": ["teens", "young people"],
    "physician": ["doctor", "doc"], "doctor": ["doc", "GP"], "doctors": ["docs", "GPs"],
    "seizure": ["fit"], "seizures": ["fits"], "surgery": ["an op", "an operation"],
    "operation": ["op"], "injection": ["jab", "shot"], "injections": ["jabs", "shots"],
    "vaccine": ["jab", "shot"], "infusion": ["drip"], "abdomen": ["tummy", "belly"],
    "stomach": ["tummy"], "nausea": ["feeling sick"], "vomiting": ["throwing up", "being sick"],
    "fatigue": ["tiredness", "being worn out"], "tired": ["worn out", "knackered"],
    "disease": ["illness", "condition"], "disorder": ["condition", "illness", "problem"],
    "symptoms": ["signs"], "therapy": ["treatment"], "psychotherapy": ["talking treatment"],
    "therapist": ["counsellor"], "psychiatrist": ["shrink"], "anxiety": ["nerves", "worrying"],
    "depressed": ["low", "down"], "depression": ["low mood", "feeling down"],
    "inherited": ["in the genes", "passed down", "in the family"],
    "genetic": ["in the genes", "in the family"], "memory": ["remembering things"],
    "permanent": ["for good"], "cure": ["fix"], "cured": ["fixed"], "begin": ["start"],
    "effective": ["any good"], "work": ["help"], "works": ["does the trick"],
    "common": ["usual"], "rare": ["unusual"], "severe": ["really bad"], "mild": ["not so bad"],
    "recurrence": ["coming back"], "relapse": ["coming back"], "recur": ["come back"],
    "died": ["passed away"], "die": ["pass away"], "hospital": ["the ward"],
    "friends": ["mates"], "father": ["dad"], "mother": ["mum", "mom"], "alcohol": ["booze"],
    "prevent": ["stop", "ward off"], "recommended": ["advised"], "immediately": ["right away"],
    "swelling": ["puffiness"], "dizziness": ["feeling dizzy"], "headache": ["sore head"],
    "exercise": ["working out"], "sleep": ["kip"], "weight": ["pounds"], "pregnant": ["expecting"],
}  # fmt: skip

TEXT_SPEAK = {
    "what": "wat", "does": "dus", "should": "shud", "could": "cud", "would": "wud", "you": "u",
    "your": "ur", "are": "r", "because": "cos", "before": "befor", "how": "hw", "people": "ppl",
    "please": "pls", "with": "wiv", "there": "ther", "when": "wen", "where": "were", "who": "hu",
    "the": "th", "have": "hav", "doctor": "docter", "through": "thru", "nothing": "nothin",
    "much": "mutch", "which": "wich", "long": "lng", "they": "thay", "treatment": "treatmnt",
    "really": "realy", "their": "there", "weeks": "weaks", "week": "weak", "times": "tims",
    "symptoms": "symtoms", "and": "n", "for": "4", "to": "2", "side effects": "sidefects",
}  # fmt: skip


def _everyday(question: str, rng: random.Random) -> str:
    """A plain word for a doctor's word, wherever one is known.

    >>> _everyday("Which medicine stops seizures?", random.Random(1))
    'Which tablet stops fits?'
    """
    return re.sub(
        r"[A-Za-z]+",
        lambda m: rng.choice(EVERYDAY[w]) if (w := m[0].lower()) in EVERYDAY else m[0],
        question,
    )


def _text_speak(question: str, rng: random.Random) -> str:
    """Two words in three of those that have a shorter or a sounded-out form."""
    return re.sub(
        r"[A-Za-z]+",
        lambda m: t if (t := TEXT_SPEAK.get(m[0].lower())) and rng.random() < 0.67 else m[0],
        question,
    )


_LEAD = re.compile(
    r"^(what (is|are|was|were) (the )?|how (is|are|do|does|did) (the )?|can (i|you) |is (the )?"
    r"|are (the )?|does (the )?|do (the )?|which |tell me about )",
    re.IGNORECASE,
)


def _clip(question: str) -> str:
    clipped = _LEAD.sub("", question)
    return clipped if len(terms(clipped)) >= 2 else question


def _slip(question: str, rng: random.Random) -> str:
    places = [m for m in re.finditer(r"[A-Za-z]{5,}", question)]
    if not places:
        return question
    word = rng.choice(places)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    if kind == 1:
        return question[:at] + question[at + 1 :]
    return question[: at + 1] + question[at] + question[at + 1 :]
