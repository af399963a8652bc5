"""Which people a question asks about, and whether a quote can be about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_YOUNG = (
    r"child|kid\b|kids\b|teen|adolesc|youth|young|minors?\b|p(?:a)?ediatric|infan|toddler|newborn"
    r"|bab(?:y|ies)\b|juvenile|preterm|underage|college|student|school|parent|boys?\b|girls?\b|son\b"
    r"|daughter|puberty|birth|anyone|everyone|outgrow|life|f(?:o)?etal|f(?:o)?etus|adulthood"
    r"|\bage[sd]?\b|year[- ]olds?|under (?:1\d|the age)|\d+ (?:years|months) (?:old|of age)"
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people: how a question names it, and what a quote must hold to be about it."""

    name: str
    asked: re.Pattern[str]
    told: re.Pattern[str]  # the group, one that holds it, or a word that tells of ages


def _group(name: str, asked: str, told: str) -> Group:
    return Group(name, re.compile(asked), re.compile(told))


# "My kids" and "children" who are had or feared for are a relation, not the people asked about.
_CHILDREN = _group(
    "children",
    r"\b(?<!my )(?<!our )(?<!your )(?<!having )(?<!have )(?<!had )(?<!other )(?<!more )"
    r"(?<!his )(?<!her )(?<!their )"
    r"(?:children|kids|toddlers?|infants|p(?:a)?ediatric|minors|under 1\d"
    r"|(?:[1-9]|1[0-2])[- ]?year[- ]?olds?)\b"
    r"|\b(?:can|should|could|give|in|for) a (?:young )?(?:child|kid)\b",
    _YOUNG,
)
GROUPS = (
    _CHILDREN,
    _group(
        "teenagers",
        r"\b(?<!my )(?<!our )"
        r"(?:teens?|teenagers?|adolescents?|youths|young people|under 18s?)\b"
        r"|\b1[3-7][- ]?year[- ]?olds?\b",
        _YOUNG,
    ),
    _group(
        "pregnancy or breastfeeding",
        r"\b(?:pregnan\w*|breast[- ]?fe?ed\w*|nursing (?:mothers?|mums?|moms?|women)"
        r"|(?:expecting|trying for) a baby|while nursing|postnatal|postpartum)\b",
        r"pregnan|breast|nursing|birth|bab(?:y|ies)\b|f(?:o)?etus|unborn|mother|matern|lactat"
        r"|conceiv|conception|post-?partum|perinatal|prenatal|postnatal|newborn|infant|fertil"
        r"|womb|uter|trimester|obstet|miscarr|labor|deliver|child-?bearing|eclampsia|placent",
    ),
    _group(
        "older people",
        r"\b(?:elderly|(?:older|old) (?:people|adults?|patients?|folks?|person)|seniors"
        r"|pensioners?|oaps?|over (?:60|65|70|75|80)s?|geriatric)\b",
        r"elder|\bold|senior|pensioner|geriatric|\bage|aging|retire|adult|late[- ]onset|dementia"
        r"|alzheimer|\d\d\+|over \d\d",
    ),
    _group(
        "women and men",
        r"(?<!pregnant )(?<!nursing )(?<!breastfeeding )\b(?:men|women|males?|females?)\b",
        r"\bm[ae]n\b|wom[ae]n|male|\bsex|gender|boys?\b|girls?\b|mother|father|pregnan|prostat"
        r"|uter|ovar|vagin|testic|penis|menopaus|menstru",
    ),
    _group(
        "veterans",
        r"\b(?:veterans?|soldiers?|military)\b",
        r"veteran|soldier|militar|army|navy|service ?members?|combat|deploy|\bva\b",
    ),
)
# Where a document is for adults, a child in somebody's care is another group than its readers.
_OWN_CHILD = re.compile(
    r"\b(?:can|could|should|may|does|will|for|give|giving|is) (?:my|our) (?:\w+ )?"
    r"(?:child|children|kid|kids|teen|teenager|little (?:boy|girl))\b"
    r"|\bteenaged? (?:son|daughter|boy|girl|kid|child)s?\b"
)
_ADULTS = re.compile(r"\b(?:adults?|grown[- ]?ups?)\b")
_ONLY_YOUNG = re.compile(
    r"\b(?:in|for|among|of) (?:\w+ ){0,2}(?:children|adolescents|teenagers|teens|infants|kids)\b"
)


@dataclass(frozen=True, slots=True)
class People:
    """Of whom a question speaks."""

    groups: tuple[Group, ...]
    own_child: bool
    adults: bool


def people_in(question: str) -> People:
    """`question` is folded."""
    return People(
        tuple(group for group in GROUPS if group.asked.search(question)),
        own_child=bool(_OWN_CHILD.search(question)),
        adults=bool(_ADULTS.search(question)),
    )


def other_people(people: People, quote: str, context: str, population: str) -> str | None:
    """The group asked about, where nothing near the quote can mean it; all texts folded.

    >>> other_people(people_in("is ect safe in pregnancy?"), "ect is safe.", "ect", "adults")
    'pregnancy or breastfeeding'
    """
    groups, own_child, adults = people.groups, people.own_child, people.adults
    if not (groups or own_child or adults):
        return None
    # An article for adults is not yet one about the old among them.
    everything = f"{quote}\n{context}\n{_ADULTS.sub('', population)}"
    for group in groups:
        if not group.told.search(everything):
            return group.name
    if own_child and _ADULTS.search(population) and not _CHILDREN.told.search(everything):
        return _CHILDREN.name
    if adults and not groups and _ONLY_YOUNG.search(quote) and not _ADULTS.search(quote):
        return "adults"
    return None
