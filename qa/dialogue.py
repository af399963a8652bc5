"""History + message -> a question that stands alone, by carrying over what the message leaves out.

Rules, not a model. The earlier turns are read in order, so that each follow-up is completed from
what stood before it; what they were last about is the subject. A message that names its own
subject stays as it is, character for character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.phrases import (
    ASPECT,
    QUALITIES,
    SIDES,
    chunks,
    content,
    is_aspect,
    is_grammar,
    is_group,
    is_verb,
    stem_of,
    tokens,
)
from qa.records import Span, Turn
from qa.text import fold
from qa.topics import Topics

__all__ = ["Topics", "completed_with", "dangles", "is_small_talk", "standalone"]

_TURNS = 12  # messages of the conversation that are read
_LONG = 12  # words from which a message without a pronoun says enough by itself
_FEW = 6  # words up to which one that speaks of nothing in the corpus may lean without a pronoun
_SHORT = 2  # content words up to which a message without a subject leans on the one before
_AUX = (
    "is|are|was|were|am|do|does|did|dose|dos|can|could|will|would|should|shall|may|might|must|"
    "has|have|had|isn't|aren't|doesn't|don't|didn't|can't|won't"
)
_LEAD = re.compile(
    r"^\s*(?:(?:and|but|or|so|ok|okay|oh|ah|well|also|then|now|yes|no|right|thanks|thank you|"
    r"i see|alright|hmm|please|sorry|great|good|interesting)\b[\s,.!:;\-–]*)+",
    re.I,
)
_JOINS = re.compile(r"^\s*(?:(?:ok|okay|oh|well|yes|no)[\s,]+)*(?:and|but|or|also|then)\b", re.I)
_ABOUT = re.compile(
    r"^\W*(?:(?:what|how|wat|wht|hw)(?:'s)?\s+(?:about|abt|bout)|same (?:for|with)|try)\b\s*", re.I
)
_CORRECTION = re.compile(
    r"^\W*(?:no|nope|sorry|actually|wait|oops)?[\s,.!\-–]*(?:(?:i|we)\s+)?"
    r"(?:mean|meant|was asking about|am asking about|asked about|asked for)\s+(?:about\s+)?",
    re.I,
)
_SMALL_TALK = re.compile(
    r"^(?:(?:ok|okay|k|thanks|thank|you|thx|ty|cheers|great|good|nice|cool|perfect|fine|super|"
    r"lovely|so|very|much|a|lot|for|that|this|the|your|help|info|information|is|was|it's|helpful|"
    r"really|yes|yeah|yep|no|nope|right|alright|sure|i|see|got|it|understood|hi|hello|hey|there|"
    r"bye|goodbye|wow|oh|ah|hmm|interesting|good|morning|afternoon|evening|to|know|makes|sense|"
    r"appreciate)[\s,.!:;)\-–]*)+$",
    re.I,
)
_TALK_WORD = re.compile(
    r"\b(?:ok|okay|thanks|thank|thx|ty|cheers|great|nice|cool|perfect|lovely|understood|got it|"
    r"i see|bye|goodbye|hi|hello|hey|interesting|wow|makes sense|appreciate|good to know)\b",
    re.I,
)
_BOUNDARY = re.compile(
    rf"[.?!,;:]|\b(?:and|but|or|so)\b(?=\W+(?:\w+\W+){{0,2}}(?:{_AUX}|it|they|he|she|if|when)\b)"
    r"|\b(?:if|when|because|while|since|that|who)\b",
    re.I,
)
_PLACE = re.compile(r"\b(?:in|at|around|to|near)\s+((?:[A-Z][\w.]*\s?)+\b)")
_PRONOUN = re.compile(
    r"\b(?P<it>it['’]s|its|it)\b"
    r"|\b(?P<they>they|them|their|theirs)\b"
    r"|\b(?P<person>he|she|him|his|her|hers)\b"
    r"|(?P<one>(?:this|that|these|those|the (?:other|first|second|last|latter|former)) ones?\b"
    r"|the (?:other|first|second|latter|former)(?=\s*[?.!,]|\s*$))"
    r"|(?P<ones>(?<=\w )\bones?\b)(?=\s*[?.!,]|\s*$|\s+(?:in|on|for|at|with|is|are|do|does)\b)"
    r"|\b(?P<this>this|that|these|those)\b"
    r"(?!\s+(?:kind|sort|type|form)s?\s+of\s+(?:depression|illness|condition|disease))"
    r"|\b(?P<there>there)(?=\s*[?.!,]|\s*$|\s+(?:compared|any|without|by|with|in|during|now)\b)",
    re.I,
)
_EASY = (
    "safe|normal|ok|okay|alright|true|possible|common|likely|unlikely|bad|good|wrong|dangerous|hard"
    "|difficult|easy|easier|harder|better|best|worth|usual|fine|important|necessary|risky|legal|"
    "time|early|late|harmful|healthy|helpful|useful|pointless|weird|strange|rare|unusual|selfish|"
    "stupid|enough|unsafe|illegal|allowed|advisable|wise|sensible|my|just|a|an|only|really|still"
)
_IMPERSONAL = re.compile(
    rf"\bit\s+(?:(?:is|was|be|ever|still|really|always|just|even|not|too|very|so|that|all|more|also)\s+)*"
    rf"(?:a\s+|an\s+)?(?:{_EASY})\b(?:\s+\w+)?(?:\s+for\s+(?:\w+\s+){{1,3}})?"
    r"\s+(?:to|that|if|when|i|we|being|having|be)\b(?!.*\bthan\b)"
    r"|\bit\s+(?:is|'s|was|be)?\s*(?:my|his|her|our)\s+(?:own\s+)?fault\b"
    r"|\bit\s+(?:just\s+)?(?:in|all in)\s+my\s+(?:head|mind)\b"
    r"|\bit\s+(?:really\s+)?(?:help|matter|harm|make\s+sense|make\s+a\s+difference)\s+(?:to|if)\b"
    r"|\bit\s+(?:(?:is|was|ever|really|even)\s+)?worth\s+\w+ing\b"
    r"|\bit\s+(?:like)\s+to\b|\bit\s+mean\s+(?:if|when|that|to)\b"
    r"|\bit(?:'s|\s+is)\s+(?:raining|cold|hot|late|early|time)\b",
    re.I,
)
_TAKES = re.compile(r"\bit\s+(?:\w+\s+)?takes?\b.*?\b(?:to|for|before|until|till)\b(.*)", re.I)
_PREPOSITIONS = "in|for|with|during|after|before|at|on|without|under|over|among|while"
_FRAGMENT = re.compile(rf"^(?:{_PREPOSITIONS})\b\s+\w", re.I)
_LONE_WH = re.compile(
    r"^(?:for |by |until |since |from )?(?:how (?:often|long|much|many|soon|fast|quickly|late|"
    r"early|far|come|so|exactly|high|big|bad|well|safe)|why not|why|when|where|who|how|which|"
    r"how many times|since when|what for|how much time)(?: exactly| though| then| so| is that)?$",
    re.I,
)
_YES_NO = re.compile(rf"^\W*(?:{_AUX})\b", re.I)
_BESIDE = re.compile(r"\b(?:with|on|after|before|than|to|from|alongside|during|like)\s+$", re.I)
_THERE_IS = re.compile(r"^\W*(?:is|are|was|were)\s+there\b", re.I)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|such)\s+", re.I)
_DEFINES = re.compile(
    r"^\W*(?:what(?:'s|\s+is|\s+are|\s+was|\s+were)|who(?:'s|\s+is|\s+was|\s+are)|"
    r"tell me (?:more )?about|describe|explain|define|what does)\s+(?:a\s+|an\s+)?"
    r"(?!the\b|this\b|that\b|its\b)\w",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:role|purpose|impact|effect|influence|contribution|importance|types?|kinds?|"
    r"relationship|origins?|series|difference)s?\s+(?:of|between)\s+(?:the\s+|an?\s+)?$",
    re.I,
)
_DEFINING = re.compile(
    r"\b(?:is|are|was|were|about|of|describe|explain|define|what's|mean by)\s+"
    r"(?:(?:the|an?|some|any)\s+)?$",
    re.I,
)
_STARTS = re.compile(
    rf"^\W*(?:(?:what|how|why|when|where|who|which)(?:\s+\w+)?\s+)?(?:{_AUX})\s+"
    r"(?:(?:the|an?|some|any)\s+)?$",
    re.I,
)
_ASKS_HOW = re.compile(
    rf"^\W*(?:(?:what|how|why|when|where)\s+)?(?:{_AUX})\s+(?:i|you|we|one)\s+(?:\w+\s+){{1,2}}"
    r"(?:(?:the|an?|some|any)\s+)?$",
    re.I,
)
_SIDE_OF = re.compile(
    r"^\W*(?:what|who)\s+(?:is|are|was|were)\s+(?:the\s+|some\s+|a\s+|an\s+)?(?:most\s+)?"
    r"(?:important|common|main|good|best|typical|famous|modern|natural|popular|other|different)\s",
    re.I,
)
_COMPLEMENT = re.compile(r"\b(?:of|for|in|with|to|about|between|that|who|which)\s+\w", re.I)
_STUDY = re.compile(r"\b(?:trial|study)(?:'s)?$", re.I)
_TRAILING = re.compile(
    r"\b(?:afterwards?|instead|too|either|as well|else|after|before|during|without|with|for|on|"
    r"from|about|it all)\s*[?.!]*$",
    re.I,
)
_TEMPORAL = frozenset(
    stem_of(w)
    for w in """week month year time morning afternoon evening night day weekend summer winter
    spring moment point age way case kind sort type much many long often bad big website page
    chat""".split()
)


@dataclass(frozen=True, slots=True)
class _State:
    """What the turns so far have said."""

    subject: str | None = None  # what they were last about
    known: bool = False  # whether that is a subject of the corpus
    question: str = ""  # the last question, made complete
    quote: str = ""  # the last quote shown
    earlier: tuple[str, ...] = ()  # other subjects, latest first
    said: tuple[str, ...] = field(default=())  # everything said, latest first


def standalone(message: str, history: Sequence[Turn], topics: Topics) -> str:
    """The message, completed from the history where it leans on it; else unchanged."""
    if not history or not message.strip() or is_small_talk(message):
        return message
    state = _State()
    for turn in history[-_TURNS:]:
        state = _after(turn, state, topics)
    return _resolve(message, state, topics)


def is_small_talk(message: str) -> bool:
    """Whether nothing is asked.

    >>> is_small_talk("ok thanks!"), is_small_talk("thanks, is it safe?")
    (True, False)
    """
    return bool(_SMALL_TALK.match(message.strip()) and _TALK_WORD.search(message))


def dangles(message: str, topics: Topics) -> bool:
    """Whether a pronoun of the message stands for something that it does not name.

    >>> dangles("is it safe?", Topics(frozenset(), ()))
    True
    """
    return _dangling(message, topics.spans(message), topics) is not None


def completed_with(message: str, subject: str, topics: Topics) -> str:
    """The message asked of `subject`.

    >>> completed_with("is it safe?", "ECT", Topics(frozenset(), ()))
    'is ECT safe?'
    """
    state = _State(subject=subject, known=True)
    match = _dangling(message, topics.spans(message), topics)
    return _filled(message, match, state, ()) if match else _appended(message, state)


# ---------------------------------------------------------------- what was said


def _after(turn: Turn, state: _State, topics: Topics) -> _State:
    text = turn.content
    if not text.strip() or (turn.role == "user" and is_small_talk(text)):
        return state
    if turn.role != "user":
        return _quoted(text, state, topics)
    whole = _resolve(text, state, topics)
    state = replace(state, question=whole, said=(text, *state.said))
    spans = topics.spans(whole)
    if spans:
        return _with_subject_of(state, _joined(spans, whole), known=True)
    if whole != text and state.subject and state.subject in whole:
        return state
    found = _focus(whole, state)
    return _with_subject_of(state, found, known=False) if found else state


def _quoted(text: str, state: _State, topics: Topics) -> _State:
    """A quote gives the subject where no question named one of the corpus."""
    state = replace(state, quote=text, said=(text, *state.said))
    if state.known or (state.subject and fold(state.subject) in fold(text)):
        return state
    spans = topics.spans(text)
    return _with_subject_of(state, spans[0].of(text), known=True) if spans else state


def _with_subject_of(state: _State, subject: str, *, known: bool) -> _State:
    if state.subject is None or fold(subject) == fold(state.subject):
        return replace(state, subject=subject, known=known)
    others = tuple(s for s in (state.subject, *state.earlier) if fold(s) != fold(subject))
    return replace(state, subject=subject, known=known, earlier=others)


def _joined(spans: Sequence[Span], text: str) -> str:
    return " ".join(dict.fromkeys(span.of(text) for span in spans))


def _focus(question: str, state: _State) -> str | None:
    """The noun phrase a complete question is about; None where it stays with the old subject."""
    found = [c for c in chunks(question) if _is_thing(c.of(question))]
    if not found:
        return None
    first = found[0]
    if state.subject is None:
        return first.of(question)
    if fold(first.of(question)) in fold(state.subject):
        return None  # "the plan", of "the 529 plan"
    before = question[: first.start]
    if _ROLE.search(before) or re.search(r"\b(?:my|your|our)\s*$", before, re.I):
        return None  # the role of X in what was spoken of
    changes = bool(_DEFINING.search(before) or _STARTS.match(before))
    changes = changes or (not state.known and bool(_ASKS_HOW.match(before)))
    return first.of(question) if changes else None


def _is_thing(phrase: str) -> bool:
    return not is_aspect(phrase) and not is_group(phrase)


# ---------------------------------------------------------------- what is meant


def _resolve(message: str, state: _State, topics: Topics) -> str:
    if not (state.subject or state.question):
        return message
    if (correction := _CORRECTION.match(message)) and state.question:
        return _corrected(message[correction.end() :], state, topics) or message
    bare = _bare(message)
    if _LONE_WH.match(bare):
        return _asked_on(bare, message, state)
    if _FRAGMENT.match(bare) and not _has_clause(bare):
        return _attached(bare, message, state)
    swapped = _about(message, bare, state, topics)
    if swapped is not None:
        return swapped
    return _completed(message, state, topics)


def _bare(message: str) -> str:
    """The message without what leads into it and without its last mark."""
    return message[_end_of(_LEAD, message) :].strip().rstrip("?!. ")


def _end_of(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _has_clause(text: str) -> bool:
    return bool(re.search(rf"\b(?:{_AUX}|i|you|we)\b", text, re.I))


def _asked_on(bare: str, message: str, state: _State) -> str:
    """ "How long?" after a yes-no question asks for that question's how long."""
    asked = bare[0].upper() + bare[1:]
    asked = re.sub(r"\s+(?:exactly|though|then|so|is that)$", "", asked)
    whole = state.subject is None or fold(state.subject) in fold(state.question)
    if whole and _YES_NO.match(state.question) and not _THERE_IS.match(state.question):
        rest = state.question.strip()
        return f"{asked} {rest[0].lower() + rest[1:]}"
    return _appended(message, state)


def _attached(bare: str, message: str, state: _State) -> str:
    """ "In teenagers?" narrows the question before it."""
    if not state.question:
        return _appended(message, state)
    last = state.question.strip().rstrip("?!. ")
    preposition = bare.split()[0].lower()
    old = re.search(rf"\s{preposition}\s+(?:the\s+)?([\w\-]+(?:\s+[\w\-]+)?)$", last, re.I)
    if (
        old
        and (is_group(old[1]) == is_group(bare.split(None, 1)[1]))
        and (not state.subject or state.subject not in old[1])
    ):
        last = last[: old.start()]
    return f"{last} {bare}?"


def _about(message: str, bare: str, state: _State, topics: Topics) -> str | None:
    """ "What about X?", "and X?", "X?": None where the message is none of these."""
    about = _ABOUT.match(bare)
    rest = bare[about.end() :] if about else bare
    joins = bool(_JOINS.match(message))
    if not rest or not (about or joins or _is_name(rest)):
        return None
    if _has_clause(rest) or _PRONOUN.search(rest) or _starts_with_verb(rest):
        return None
    if _FRAGMENT.match(rest):
        return _attached(rest, message, state)
    own = topics.spans(rest)
    if own and not [w for w in content(_without(rest, own))] and not _aspects(rest, own):
        return _swapped(_joined(own, rest), state, topics)
    if own:
        return None if not about else message
    if about and re.search(r"\w\s+(?:of|in|for)\s+\w", rest) and not is_aspect(rest):
        return message
    meant = _meant(rest, state, topics)
    if meant:
        return (
            _swapped(meant, state, topics) if meant != state.subject else _appended(message, state)
        )
    if is_group(rest) and state.question:
        return _attached(f"in {rest}", message, state)
    if is_aspect(rest) or (about and _sides(rest)):
        return _appended(message, state) if about or joins or _sides(rest) else None
    coded = bool(re.fullmatch(r"[A-Z]{2,}|[A-Z]*\d\w*", rest))  # "T3"
    if (about or joins) and state.question and _is_name(rest) and (coded or not state.known):
        return _swapped(rest, state, topics)
    return _appended(message, state) if about or joins else None


def _starts_with_verb(rest: str) -> bool:
    found = tokens(rest)
    return len(found) > 1 and is_verb(found[0].of(rest))


def _aspects(rest: str, own: Sequence[Span]) -> bool:
    left = [t.of(rest) for t in tokens(rest) if not any(t.overlaps(s) for s in own)]
    return any(stem_of(word) in ASPECT for word in left if not is_grammar(word))


def _sides(text: str) -> bool:
    return not content(text)


def _is_name(text: str) -> bool:
    """A bare noun phrase: no question word, no verb, few words."""
    found = tokens(text)
    return 0 < len(found) <= 4 and not re.search(
        rf"\b(?:{_AUX}|what|who|which|how|why|when|where|i|you|we|my|it|tell|give)\b", text, re.I
    )


def _corrected(rest: str, state: _State, topics: Topics) -> str | None:
    """ "No, I meant X": the last question with X in the place of its subject."""
    bare = rest.strip().rstrip("?!. ")
    if not bare:
        return None
    if _has_clause(bare) or re.match(r"(?:what|how|who|why|when|where|which)\b", bare, re.I):
        return _resolve(rest, state, topics)
    if _FRAGMENT.match(bare):
        return _attached(bare, rest, state)
    own = topics.spans(bare)
    if is_aspect(bare):
        return _appended(bare, state)
    if is_group(bare):
        return _attached(f"in {bare}", bare, state)
    name = _joined(own, bare) if own else _meant(bare, state, topics)
    return _swapped(name or re.sub(r"^(?:the|a|an)\s+", "", bare), state, topics)


def _swapped(name: str, state: _State, topics: Topics) -> str:
    """The last question with `name` in the place of its subject."""
    last = state.question
    if not last:
        return name
    subjects = topics.spans(last)
    if not subjects and state.subject:
        subjects = [Span(*m.span()) for m in [re.search(re.escape(state.subject), last, re.I)] if m]
    if not subjects:
        return completed_with(last, name, topics)
    replaced = last[: subjects[0].start] + name + last[subjects[0].end :]
    shift = len(name) - len(subjects[0])
    others = [Span(s.start + shift, s.end + shift) for s in subjects[1:]]
    return re.sub(r"\s+", " ", _without(replaced, others)).strip()


def _completed(message: str, state: _State, topics: Topics) -> str:
    """A message with a verb or question of its own: its dangling references filled in."""
    own = topics.spans(message)
    if state.subject is None:
        return message
    match = _dangling(message, own, topics)
    if match:
        return _filled(message, match, state, own)
    if own:
        return message
    if len(tokens(message)) > _LONG:
        return message
    definite = _definite(message, state, topics)
    if definite:
        return definite
    return _appended(message, state) if _leans(message, state, topics) else message


def _dangling(message: str, own: Sequence[Span], topics: Topics) -> re.Match[str] | None:
    """The first pronoun that nothing in the message itself explains."""
    for match in _PRONOUN.finditer(message):
        if not _refers(match, message):
            continue
        before = message[: match.start()]
        ends = [b.end() for b in _BOUNDARY.finditer(message)]
        boundary = [end for end in ends if end <= match.start()]
        earlier = before[: boundary[-1]] if boundary else ""
        if any(s.end <= match.start() for s in own) and not _BESIDE.search(before):
            continue  # it can only mean what the message names
        if match[0].lower() in ("its", "their"):
            earlier = before
        if [p for p in chunks(earlier) if _explains(p.of(earlier))]:
            continue
        return match
    return None


def _explains(phrase: str) -> bool:
    return not is_aspect(phrase) and any(len(t) > 2 for t in tokens(phrase))


def _refers(match: re.Match[str], message: str) -> bool:
    """Whether the pronoun stands for something said before."""
    before, after = message[: match.start()], message[match.end() :]
    last = before.split()[-1].lower().strip(",.") if before.split() else ""
    following = fold(after.split()[0].strip("?.,!")) if after.split() else ""
    if match["it"]:
        rest = message[match.start() :]
        if _IMPERSONAL.match(rest):
            return False
        takes = _TAKES.match(rest)
        return not (takes and [c for c in chunks(takes[1]) if not is_aspect(c.of(takes[1]))])
    if match["there"]:
        return last not in ("is", "are", "was", "were", "be", "been", "has", "have")
    if match["ones"]:
        return last in ("which", "what") or not (is_grammar(last) or is_verb(last))
    if match["this"]:
        return _points(match[0].lower(), last, following)
    return True


def _points(word: str, last: str, following: str) -> bool:
    """Whether "this" or "that" stands alone and is no conjunction."""
    if following and not is_grammar(following) and not is_verb(following):
        adjective = stem_of(following) in QUALITIES and word in ("this", "that")
        return adjective and last in ("is", "was") and stem_of(following) not in _TEMPORAL
    if word != "that":
        return True
    joins = bool(last) and not is_grammar(last) and last not in ("about", "like")
    return not joins and last not in (
        "so",
        "it",
        "me",
        "people",
        "someone",
        "anything",
        "something",
    )


def _filled(message: str, match: re.Match[str], state: _State, own: Sequence[Span]) -> str:
    subject = state.subject or ""
    word = match[0].lower()
    if match["one"]:
        subject = _counted(word, state) or subject
    plural = _is_plural(subject)
    named = subject[:1].isupper() and not state.known
    if match["ones"] and re.search(r"\b(?:which|what)\s+$", message[: match.start()], re.I):
        return _appended(message, state)
    if match["person"] and named:
        subject = re.sub(r"['’]s\b.*", "", subject)
    if (match["they"] and not plural and not named) or (match["person"] and not named):
        return _appended(message, state)
    if match["there"]:
        place = next((p[1] for said in state.said if (p := _PLACE.search(said))), None)
        return f"{message[: match.start()]}in {place}{message[match.end() :]}" if place else message
    if word in ("its", "their", "theirs", "his", "her", "hers") and _owns(word, match, message):
        subject += "'" if subject.endswith("s") else "'s"
    if _STUDY.search(subject) and not re.search(r"\bthe\s+$", message[: match.start()], re.I):
        subject = f"the {subject}"
    if word in ("it's", "it’s"):
        subject += " is"
    return message[: match.start()] + subject + message[match.end() :]


def _counted(word: str, state: _State) -> str | None:
    """Which of the subjects spoken of "the first one" or "the other" is."""
    spoken = [s for s in reversed((state.subject, *state.earlier)) if s]
    if "other" in word or "former" in word:
        return spoken[-2] if len(spoken) > 1 else None
    at = 0 if "first" in word else 1 if "second" in word else -1
    return spoken[at] if at < len(spoken) else None


def _owns(word: str, match: re.Match[str], message: str) -> bool:
    return word != "her" or bool(re.match(r"\s+\w", message[match.end() :]))


def _is_plural(subject: str) -> bool:
    last = subject.split()[-1] if subject.split() else ""
    return (last.endswith("s") and not last.endswith("ss") and last[:-1] != last[:-1].upper()) or (
        " and " in subject
    )


# ---------------------------------------------------------------- "the implant", "that trial"


def _definite(message: str, state: _State, topics: Topics) -> str | None:
    """The message with "the spray" and the like explained, or None if it holds no such phrase."""
    for match in _DEFINITE.finditer(message):
        phrase = _phrase_at(message, match.end())
        if phrase is None or not _is_short(phrase.of(message)):
            continue
        explained = _explained(message, Span(match.start(), phrase.end), phrase, state, topics)
        if explained:
            return explained
    return None


def _explained(
    message: str, place: Span, phrase: Span, state: _State, topics: Topics
) -> str | None:
    """The phrase spelt out from what was said, or the subject added, or None."""
    named = phrase.of(message)
    last = stem_of(tokens(named)[-1].of(named))
    before, after = message[: place.start], message[place.end :]
    if state.subject and _STUDY.search(named) and _STUDY.search(state.subject):
        return f"{before}the {state.subject}{after}"
    meant = _meant(named, state, topics)
    if meant and state.known and not topics.spans(meant):
        return _appended(message, state)
    if meant and stem_of(tokens(meant)[-1].of(meant)) == last:
        return f"{before}the {meant}{after}"
    if meant:
        return _appended(message, replace(state, subject=meant))
    is_open = _is_open(message, phrase) and (state.known or len(tokens(message)) <= _FEW)
    lately = {stem_of(t.of(said)) for said in state.said[:2] for t in tokens(said)}
    if is_open and last in lately and not is_aspect(named):
        return _appended(message, state)
    if any(c != phrase and _is_thing(c.of(message)) for c in chunks(message)):
        return None
    pointing = not place.of(message).lower().startswith("the ")
    return _appended(message, state) if pointing or is_open else None


def _is_short(named: str) -> bool:
    """One noun, not a name and not a time: more words say enough by themselves."""
    time = stem_of(tokens(named)[-1].of(named)) in _TEMPORAL
    return len(content(named)) <= 1 and not time and not re.search(r"[A-Z]|\d", named)


def _phrase_at(message: str, at: int) -> Span | None:
    for chunk in chunks(message):
        if chunk.start <= at < chunk.end:
            return Span(at, chunk.end)
    return None


def _is_open(message: str, phrase: Span) -> bool:
    """Whether "the N" is left without saying of what, and is no name."""
    after = message[phrase.end :]
    if re.match(
        r"\s*(?:of|in|for|with|to|between|on|about|at|that|who|which|behind|from|by)\b", after
    ):
        return False
    return not re.search(r"[A-Z]", message[1:].replace(" I ", " "))


def _meant(phrase: str, state: _State, topics: Topics) -> str | None:
    """What "the spray" is short for: a longer phrase said before, or a subject's title."""
    bare = re.sub(r"^(?:the|this|that|these|those|a|an)\s+", "", phrase, flags=re.I)
    found = tokens(bare)
    if not found:
        return None
    head = stem_of(found[-1].of(bare))
    wanted = {stem_of(t.of(bare)) for t in found}
    subjects = [s for s in (state.subject, *state.earlier) if s]
    for subject in subjects:
        title = topics.full_name(subject)
        if title and wanted <= {stem_of(t.of(title)) for t in tokens(title)}:
            return subject
        if wanted < {stem_of(t.of(subject)) for t in tokens(subject)}:
            return subject
    if is_aspect(bare):
        return None
    for said in state.said:
        for chunk in chunks(said):
            longer = chunk.of(said)
            stems = [stem_of(t.of(longer)) for t in tokens(longer)]
            if stems and stems[-1] == head and wanted < set(stems):
                return longer
    return None


# ---------------------------------------------------------------- what is left out


def _leans(message: str, state: _State, topics: Topics) -> bool:
    """Whether a message without pronouns still needs the subject of the one before."""
    words = [t.of(message) for t in tokens(message)]
    subjects = content(message)
    if _DURING.search(message):
        return True
    if any(stem_of(word) in topics.general for word in words):
        return False
    if _IMPERSONAL.search(message):
        known = state.subject is not None and state.known and bool(_RISK.search(message))
        return known and topics.covers(state.subject or "", [stem_of(w) for w in subjects])
    if re.search(r"\bit\b", message, re.I):
        return False  # its "it" stands for nothing: "how long does it take for a wound to heal"
    if not subjects:
        return state.known or not (re.search(r"\bof\s+\w", message) or len(words) > _FEW)
    if _JOINS.match(message) and not _DEFINES.match(_bare(message)):
        return True
    if _DEFINES.match(message):
        return bool(_SIDE_OF.match(message)) and not _COMPLEMENT.search(message)
    nouns = [stem_of(w) for w in subjects if not is_verb(w)]
    if not (topics.documents and state.known and state.subject):
        return not nouns
    if len(subjects) > _SHORT:
        return False
    here = topics.covers(state.subject, [stem_of(w) for w in subjects])
    return here or not nouns or not topics.covered(nouns)


_WHICH = re.compile(
    r"^\W*(?:(?:and|so)\s+)?(?:which|what)(?:\s+(?:one|of\s+\w+(?:\s+two)?))?\b(?!.*\bthan\b)"
    r".*\b(?:better|worse|best|worst|more|less|most|least|\w{2,}er|\w{2,}est)\b",
    re.I,
)
_DURING = re.compile(
    r"\b(?:during|after|before|between|this|each)\s+(?:the\s+)?treatments?\b", re.I
)
_RISK = re.compile(r"\b(?:safe|ok|okay|allowed|legal|dangerous|risky|possible)\b", re.I)


def _appended(message: str, state: _State) -> str:
    if state.subject and state.earlier and _WHICH.match(message):
        body = message.rstrip(" ?!.")
        return f"{body}, {state.earlier[0]} or {state.subject}?"
    return _joining(message, state.subject) if state.subject else message


def _joining(message: str, subject: str) -> str:
    """The subject at the end: "of" it after a side of it, "with" it elsewhere."""
    if fold(subject) in fold(message):
        return message
    body = message.rstrip(" ?!.")
    mark = "?" if message.rstrip().endswith("?") else ""
    found = tokens(body)
    last = found[-1].of(body).lower() if found else ""
    if _MORE.match(body):
        return f"{body} about {subject}{mark}"
    if last in _LINKS:
        return f"{body} {subject}{mark}"
    if _STUDY.search(subject):
        return f"{body} in the {subject}{mark}"
    link = "of" if stem_of(last) in SIDES and not is_verb(last) else "with"
    return f"{body} {link} {subject}{mark}"


_MORE = re.compile(r"^\W*(?:tell me|more|go on|explain|anything else|continue|and more)\b", re.I)
_LINKS = frozenset("of in for with to about on after before during from without at than by".split())


def _without(text: str, spans: Sequence[Span]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text
