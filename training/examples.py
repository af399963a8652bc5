"""Public question-answering sets turned into windows: a question, a heading, a few sentences.

A sentence is labelled 1 (it answers), 0 (it does not), -1 (not judged, left out of the loss) or
-2 (not judged, but the sentence labelled 1 beside it answers better).
Every set is parted by article or document: what falls in the validation part is never trained on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.text import fold, sentences, terms

UNJUDGED = -1
WEAKER = -2  # not judged by itself, but the sentence labelled 1 beside it answers better


@dataclass(frozen=True, slots=True)
class Window:
    """A question beside consecutive sentences of one passage."""

    dataset: str
    group: str  # the article or document, by which the parts are made
    question: str
    heading: str
    sentences: tuple[str, ...]
    labels: tuple[int, ...]
    answers: tuple[str, ...] = ()  # the words that answer, where the set marks them


def in_validation(dataset: str, group: str) -> bool:
    """A quarter of the SQuAD 2.0 articles, a fifth of the written questions, a tenth of the rest.

    >>> in_validation("squad2", "Geology"), in_validation("squad2", "Warsaw")
    (False, False)
    """
    part = "written" if dataset in ("mined", "elsewhere", "retrieved") else dataset
    parts = {"squad2": 4, "written": 5, "squad1": 0}.get(part, 10)
    if not parts:
        return False
    digest = hashlib.sha256(f"{part}:{group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % parts == 0


def read_lines(path: Path) -> list[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def split(text: str) -> list[str]:
    """Sentences of a passage; a line break always ends one."""
    found = []
    for line in text.split("\n"):
        found += [re.sub(r"\s+", " ", span.of(line)).strip(" -") for span in sentences(line)]
    return [sentence for sentence in found if sentence]


def _spans(text: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in sentences(text)]


def _untokenised(text: str) -> str:
    """Undo the spaces some sets put round punctuation."""
    text = text.replace("``", '"').replace("''", '"').replace("-LRB-", "(").replace("-RRB-", ")")
    text = re.sub(r"\s+([,.;:?!%)\]'’])", r"\1", text)
    text = re.sub(r"([(\[$])\s+", r"\1", text)
    return re.sub(r"\s+-\s+", "-", re.sub(r"\s+n't\b", "n't", text))


def _overlap(question: str, sentence: str) -> float:
    asked = set(terms(question))
    return len(asked & set(terms(sentence))) / max(len(asked), 1)


SQUAD = {"squad2": "dev_half_B.json.gz", "squad1": "extra_v11_answerable.json.gz"}


def _articles(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / "squad2" / SQUAD[name], "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)["data"]
    return found


def squad(data: Path, name: str) -> Iterator[Window]:
    for article in _articles(data, name):
        for paragraph in article["paragraphs"]:
            yield from _squad_paragraph(name, article, paragraph)


def _squad_paragraph(
    name: str, article: dict[str, Any], paragraph: dict[str, Any]
) -> Iterator[Window]:
    text, title = paragraph["context"], article["title"].replace("_", " ")
    spans = _spans(text)
    parts = tuple(text[a:b] for a, b in spans)
    for asked in paragraph["qas"]:
        found = asked.get("answers", [])
        starts = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in found]
        labels = tuple(int(any(a < e and s < b for s, e in starts)) for a, b in spans)
        if found and not any(labels):
            continue
        texts = tuple(a["text"] for a in found)
        yield Window(name, article["title"], asked["question"].strip(), title, parts, labels, texts)


def squad_elsewhere(data: Path, name: str, rng: random.Random) -> Iterator[Window]:
    """Some questions beside the likest sentences of another paragraph of their article."""
    for article in _articles(data, name):
        title = article["title"].replace("_", " ")
        paragraphs = [split(p["context"]) for p in article["paragraphs"]]
        words = [[set(terms(s)) for s in p] for p in paragraphs]
        for own, paragraph in enumerate(article["paragraphs"]):
            for asked in paragraph["qas"]:
                if not asked.get("answers") or rng.random() > 0.3:
                    continue
                wanted = set(terms(asked["question"]))
                shares = [
                    (len(wanted & row), -i, -j)
                    for i, rows in enumerate(words)
                    for j, row in enumerate(rows)
                    if i != own
                ]
                if not shares:
                    continue
                _, i, j = max(shares)
                chosen = tuple(paragraphs[-i][max(-j - 1, 0) : -j + 2])
                answers = [fold(a["text"]) for a in asked["answers"]]
                if not any(a in fold(s) for a in answers for s in chosen):
                    labels = (0,) * len(chosen)
                    yield Window(
                        name, article["title"], asked["question"].strip(), title, chosen, labels
                    )


def covid_qa(data: Path, rng: random.Random) -> Iterator[Window]:
    for document in read_lines(data / "covid_qa" / "documents.jsonl.gz"):
        text, title = document["context"], document["title"]
        spans = [(a + o, b + o) for o, part in _lines(text) for a, b in _spans(part)]
        for asked in document["qas"]:
            start = asked["answers"][0]["answer_start"]
            stop = start + len(asked["answers"][0]["text"])
            hits = [i for i, (a, b) in enumerate(spans) if a < stop and start < b]
            if not hits:
                continue
            first, last = max(hits[0] - 3, 0), hits[-1] + 4
            near = range(first, min(last, len(spans)))
            cut = {i: re.sub(r"\s+", " ", text[spans[i][0] : spans[i][1]]) for i in near}
            answer = (asked["answers"][0]["text"],)
            yield Window(
                "covid_qa", title, asked["question"], title, tuple(cut[i] for i in near),
                tuple(int(i in hits) for i in near), answer,
            )  # fmt: skip
            others = [i for i in range(len(spans)) if not first - 2 <= i <= last + 2]
            pool = rng.sample(others, min(60, len(others)))
            likest = sorted(
                pool, key=lambda i: -_overlap(asked["question"], text[spans[i][0] : spans[i][1]])
            )[:2]
            if likest:
                cut2 = tuple(re.sub(r"\s+", " ", text[slice(*spans[i])]) for i in likest)
                yield Window("covid_qa", title, asked["question"], title, cut2, (0,) * len(cut2))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def judged(data: Path, name: str) -> Iterator[Window]:
    """The sets that come cut in sentences: selqa, qed, clapnq, fm2, check_covid, squad1."""
    for row in read_lines(data / name / "data.jsonl.gz"):
        if row.get("explanation_type") == "multi_sentence":
            continue
        clean = _untokenised if name in ("qed", "clapnq") else str
        parts = tuple(clean(s) for s in row["sentences"])
        right = set(row["answer_sentences"])
        if row.get("label") in ("NOTENOUGHINFO", "NEI"):
            right = set()
        labels = tuple(int(i in right) for i in range(len(parts)))
        title = row.get("title", "")
        if name == "selqa":
            title = f"{title} › {row.get('section', '')}".strip(" ›")
        group = title.split(" › ")[0] or row["id"]
        texts = tuple(clean(a["text"]) for a in row.get("answers", []) if row["answerable"])
        yield Window(name, group, row["question"], title, parts, labels, texts)


def nq_gold(data: Path) -> Iterator[Window]:
    for row in read_lines(data / "nq_gold" / "data.jsonl.gz"):
        text = row["passage"]
        spans = _spans(text)
        marks = [(a["start"], a["start"] + len(a["text"])) for a in row["answers"]]
        labels = tuple(int(any(a < e and s < b for s, e in marks)) for a, b in spans)
        if sum(labels) != 1:  # the answer's words stand in several sentences: which one is unknown
            continue
        parts = tuple(text[a:b] for a, b in spans)
        texts = tuple(a["text"] for a in row["answers"])
        yield Window("nq_gold", row["title"], row["question"], row["title"], parts, labels, texts)


def condaqa(data: Path) -> Iterator[Window]:
    for row in read_lines(data / "condaqa" / "data.jsonl.gz"):
        group, parts = str(row["passage_id"]), tuple(split(row["passage"]))
        if not row["answerable"]:
            labels: tuple[int, ...] = (0,) * len(parts)
        elif row["edit"] == 0:
            key = set(terms(row.get("key_sentence") or ""))
            match = [len(key & set(terms(s))) / max(len(key), 1) for s in parts]
            labels = tuple(1 if m > 0.9 else WEAKER for m in match)
            if sum(label == 1 for label in labels) != 1:
                continue
        else:
            continue
        yield Window("condaqa", group, row["question"], "", parts, labels)


def boolq(data: Path) -> Iterator[Window]:
    """Yes/no questions: only where one sentence shares clearly the most words is it taken."""
    for row in read_lines(data / "boolq" / "data.jsonl.gz"):
        parts = tuple(split(row["passage"]))
        shares = sorted(((_overlap(row["question"], s), i) for i, s in enumerate(parts)))
        if len(shares) < 2 or shares[-1][0] < 0.6 or shares[-1][0] - shares[-2][0] < 0.3:
            continue
        best = shares[-1][1]
        labels = tuple(1 if i == best else WEAKER for i in range(len(parts)))
        yield Window("boolq", row["title"], row["question"], row["title"], parts, labels)


def fever(data: Path, rng: random.Random) -> Iterator[Window]:
    """Claims with their evidence, and beside another claim's evidence on a shared name."""
    rows = read_lines(data / "fever_dev" / "data.jsonl.gz")
    for row in rows:
        parts = split(row["passage"])
        if len(parts) == 1:
            yield Window("fever_dev", row["id"], row["question"], "", (parts[0],), (1,))
    rows.sort(key=lambda row: row["question"])
    for one, two in zip(rows, rows[1:], strict=False):
        parts = split(two["passage"])[:2]
        if one["passage"] == two["passage"] or _overlap(one["question"], parts[0]) > 0.7:
            continue
        yield Window("fever_dev", one["id"], one["question"], "", tuple(parts), (0,) * len(parts))


def scifact(data: Path) -> Iterator[Window]:
    folder = data / "scifact"
    corpus = {row["_id"]: row for row in read_lines(folder / "corpus.jsonl.gz")}
    for row in read_lines(folder / "claims_train.jsonl.gz"):
        for doc_id in row["cited_doc_ids"]:
            document = corpus.get(str(doc_id))
            if document is None:
                continue
            parts = tuple(document["sentences"])
            right = {i for e in row["evidence"].get(str(doc_id), []) for i in e["sentences"]}
            labels = tuple(int(i in right) for i in range(len(parts)))
            yield Window("scifact", str(doc_id), row["text"], document["title"], parts, labels)


def pubmedqa(data: Path) -> Iterator[Window]:
    for row in read_lines(data / "pubmedqa" / "pqal_train.jsonl.gz"):
        conclusion = split(row["long_answer"])
        before = split(row["contexts"][0])[-2:]
        labels = (0,) * len(before) + (1,) + (UNJUDGED,) * (len(conclusion) - 1)
        yield Window(
            "pubmedqa", row["pmid"], row["question"], "", (*before, *conclusion), labels
        )  # fmt: skip


ASKED = {
    "information": ["what is {}", "what does {} mean", "tell me about {}", "{}", "explain {}"],
    "symptoms": ["symptoms of {}", "what are the signs of {}", "how do i know if i have {}",
                 "how does {} feel", "{} symptoms"],
    "treatment": ["how is {} treated", "treatment for {}", "what helps against {}",
                  "what can be done about {}", "{} treatment options"],
    "causes": ["what causes {}", "why do people get {}", "where does {} come from", "{} cause"],
    "inheritance": ["is {} inherited", "can I pass {} on to my children",
                    "does {} run in families"],
    "frequency": ["how common is {}", "how many people have {}", "is {} rare"],
    "exams and tests": ["how is {} diagnosed", "what tests are there for {}",
                        "how do doctors find {}", "test for {}"],
    "outlook": ["what is the outlook for people with {}", "can {} be cured",
                "how long can you live with {}", "prognosis {}"],
    "susceptibility": ["who is at risk for {}", "who gets {}", "am I more likely to get {}"],
    "prevention": ["how can {} be prevented", "how do I avoid {}", "prevent {}"],
    "complications": ["what problems can {} lead to", "complications of {}"],
    "research": ["what research is being done on {}", "are there new studies on {}"],
}  # fmt: skip


def medquad(data: Path, rng: random.Random) -> Iterator[Window]:
    """Section questions put in several wordings; negatives are other sections and other pages."""
    rows = [r for r in read_lines(data / "medquad" / "documents.jsonl.gz") if len(r["focus"]) < 50]
    sections: dict[str, list[tuple[str, list[str]]]] = {}
    kept = []
    for row in rows:
        usable = [
            (q["qtype"], body)
            for q in row["qas"]
            if q["qtype"] in ASKED
            and "Human Phenotype" not in q["answer"]
            and (body := [s for s in split(q["answer"]) if not s.endswith("?")][:4])
            and len(body[0].split()) > 5
        ]
        if usable:
            kept.append((row, usable))
            for kind, body in usable:
                sections.setdefault(kind, []).append((row["focus"], body))
    for row, usable in kept:
        for kind, body in usable:
            wordings = [*ASKED[kind], *ASKED[kind], row["qas"][0]["question"]]
            wording = rng.choice(wordings[: 2 * len(ASKED[kind])]).format(row["focus"])
            heading = f"{row['focus']}" if rng.random() < 0.8 else ""
            labels = (1,) + (UNJUDGED,) * (len(body) - 1)
            yield Window("medquad", row["id"], wording, heading, tuple(body), labels)
            others = [b for k, b in usable if k not in (kind, "information")]
            if kind != "information" and others:
                other = tuple(rng.choice(others)[:3])
                if not _about(kind, other):
                    yield Window(
                        "medquad", row["id"], wording, row["focus"], other, (0,) * len(other)
                    )
            focus, foreign = rng.choice(sections[kind])
            if focus != row["focus"] and fold(row["focus"]) not in fold(" ".join(foreign)):
                cut = tuple(foreign[:3])
                yield Window("medquad", row["id"], wording, focus, cut, (0,) * len(cut))


_HINTS = {
    "treatment": r"treat|therap|surg|medic",
    "causes": r"caus|mutation|gene|due to|result",
    "inheritance": r"inherit|gene|parent|famil",
    "frequency": r"\d|rare|common|prevalence",
    "symptoms": r"symptom|sign|feel|pain|includ|characteri",
    "outlook": r"outlook|prognos|surviv|live|cure|recover|die",
    "susceptibility": r"risk|likely|more common|affect",
    "prevention": r"prevent|avoid|risk|lower",
    "exams and tests": r"test|diagnos|exam|scan",
    "complications": r"complic|lead|cause",
    "research": r"research|stud|trial",
}


def _about(kind: str, parts: Iterable[str]) -> bool:
    hint = _HINTS.get(kind)
    return hint is not None and re.search(hint, fold(" ".join(parts))) is not None


def written(folder: Path, data: Path) -> Iterator[Window]:
    """Questions written for MedQuAD pages: an answering sentence, or none and the nearest one."""
    files = sorted(folder.glob("questions*.jsonl"))
    asked = [row for path in files for row in read_lines(path)]
    wanted = {row["doc"] for row in asked}
    pages = {}
    for row in read_lines(data / "medquad" / "documents.jsonl.gz"):
        if row["id"] in wanted:
            pages[row["id"]] = (row["focus"], split(row["text"]))
    for row in asked:
        if row["doc"] not in pages:
            continue
        focus, parts = pages[row["doc"]]
        shown = row["sentence"] or row.get("near")
        if shown:
            place = _place(shown, parts)
        else:
            place = max(range(len(parts)), key=lambda i: _overlap(row["question"], parts[i]))
        if place is None:
            continue
        first, last = max(place - 2, 0), place + 3
        cut = tuple(parts[first:last])
        if row["sentence"]:
            labels = tuple(1 if first + i == place else WEAKER for i in range(len(cut)))
            yield Window("written", row["doc"], row["question"], focus, cut, labels)
        else:
            labels = (0,) * len(cut)
            yield Window("written", row["doc"], row["question"], focus, cut, labels)


def mined(folder: Path, data: Path) -> Iterator[Window]:
    """Written questions that name their page's subject, beside the likest sentence elsewhere.

    Elsewhere: a page on another subject, around a sentence that shares the question's other words.
    """
    asked = [row for path in sorted(folder.glob("questions*.jsonl")) for row in read_lines(path)]
    wanted = {row["doc"] for row in asked}
    pages = {
        row["id"]: (row["focus"], split(row["text"])[:60])
        for row in read_lines(data / "medquad" / "documents.jsonl.gz")
        if row["id"] in wanted
    }
    holders: dict[str, list[tuple[str, int]]] = {}
    vocabulary = {}
    for doc, (_, parts) in pages.items():
        for i, part in enumerate(parts):
            vocabulary[doc, i] = set(terms(part))
            for word in vocabulary[doc, i]:
                holders.setdefault(word, []).append((doc, i))
    weight = {word: math.log(len(vocabulary) / len(places)) for word, places in holders.items()}
    for row in asked:
        if row["doc"] not in pages:
            continue
        subject = set(terms(pages[row["doc"]][0]))
        words = set(terms(row["question"]))
        if not subject & words or not words - subject:
            continue
        scores: dict[tuple[str, int], float] = {}
        for word in sorted(words - subject):
            for place in holders.get(word, ()):
                scores[place] = scores.get(place, 0.0) + weight[word]
        for place in sorted(scores, key=lambda place: (-scores[place], place)):
            focus, parts = pages[place[0]]
            cut = tuple(parts[max(place[1] - 1, 0) : place[1] + 2])
            heard = set(terms(focus)).union(*(terms(part) for part in cut))
            if not subject & heard:
                labels = (0,) * len(cut)
                yield Window("mined", row["doc"], row["question"], focus, cut, labels)
                break


ELSEWHERE = 2  # further places of its page that a written question is put beside
SAID_AGAIN = 0.3  # share of the answer's words from which another sentence may answer too


def elsewhere(folder: Path, data: Path) -> Iterator[Window]:
    """Written questions beside the likest other places of their own page.

    Where nothing on the page answers, no sentence there does. Where one sentence answers, the
    others do not, unless they share many words with it: those are not judged.
    """
    asked = [row for path in sorted(folder.glob("questions*.jsonl")) for row in read_lines(path)]
    wanted = {row["doc"] for row in asked}
    pages = {
        row["id"]: (row["focus"], split(row["text"])[:80])
        for row in read_lines(data / "medquad" / "documents.jsonl.gz")
        if row["id"] in wanted
    }
    for row in asked:
        if row["doc"] not in pages:
            continue
        focus, parts = pages[row["doc"]]
        shown = row["sentence"] or row.get("near")
        place = _place(shown, parts) if shown else None
        answer = set(terms(row["sentence"] or ""))
        likest = sorted(range(len(parts)), key=lambda i: (-_overlap(row["question"], parts[i]), i))
        taken = [] if place is None else [place]
        for i in likest:
            if len(taken) > ELSEWHERE:
                break
            if any(abs(i - other) < 4 for other in taken):
                continue
            taken.append(i)
            cut = tuple(parts[max(i - 1, 0) : i + 3])
            labels = tuple(
                UNJUDGED if answer and len(answer & set(terms(s))) / len(answer) > SAID_AGAIN else 0
                for s in cut
            )
            yield Window("elsewhere", row["doc"], row["question"], focus, cut, labels)


def retrieved(path: Path) -> list[Window]:
    """The windows that mine.py wrote: whole passages, as the product would read them."""
    return [
        Window(
            "retrieved", row["doc"], row["question"], row["heading"], tuple(row["sentences"]),
            tuple(row["labels"]),
        )
        for row in read_lines(path)
    ]  # fmt: skip


def _place(sentence: str, parts: list[str]) -> int | None:
    wanted = re.sub(r"\W+", "", fold(sentence))
    folded = [re.sub(r"\W+", "", fold(part)) for part in parts]
    for i, part in enumerate(folded):
        if part == wanted:
            return i
    for i, part in enumerate(folded):
        if len(part) > 20 and (part in wanted or wanted in part):
            return i
    return None


def all_windows(data: Path, questions: Path, seed: int) -> dict[str, list[Window]]:
    """Every set, whole passages, before parting and cutting; the order is fixed by the files."""
    rng = random.Random(seed)
    sets = {
        "squad2": [*squad(data, "squad2"), *squad_elsewhere(data, "squad2", rng)],
        "squad1": [*squad(data, "squad1"), *squad_elsewhere(data, "squad1", rng)],
        "covid_qa": list(covid_qa(data, rng)),
        "nq_gold": list(nq_gold(data)),
        "condaqa": list(condaqa(data)),
        "boolq": list(boolq(data)),
        "fever_dev": list(fever(data, rng)),
        "scifact": list(scifact(data)),
        "pubmedqa": list(pubmedqa(data)),
        "medquad": list(medquad(data, rng)),
        "written": list(written(questions, data)),
        "mined": list(mined(questions, data)),
        "elsewhere": list(elsewhere(questions, data)),
    }
    for name in ("selqa", "qed", "clapnq", "fm2", "check_covid", "squad1_sentences"):
        sets[name] = list(judged(data, name))
    return sets


def cut_window(window: Window, rng: random.Random, most: int) -> Window:
    """A run of at most `most` sentences that keeps the answer, or the likest sentence.

    The run is as long and lies as the seeded dice say, so that place gives nothing away.
    """
    size = len(window.sentences)
    if size <= 1:
        return window
    right = [i for i, label in enumerate(window.labels) if label == 1]
    if right:
        centre = rng.choice(right)
    else:
        noise = [_overlap(window.question, s) + rng.random() * 0.1 for s in window.sentences]
        centre = max(range(size), key=noise.__getitem__)
    length = min(rng.choice((3, 3, 4, most)), size)
    first = max(0, min(centre - rng.randrange(length), size - length))
    keep = slice(first, first + length)
    return Window(
        window.dataset, window.group, window.question, window.heading,
        window.sentences[keep], window.labels[keep], window.answers,
    )  # fmt: skip


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
