""" "Did this answer your question?": two buttons below an answer, and what comes back from them.

Each pair of buttons carries what would be kept, signed with a key that only this process has, so
that a browser can say yes or no once, and nothing else. Of a message that speaks of a crisis, or is
only asked back about, nobody is asked.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NoReturn

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from qa.errors import QAError
from qa.journal.feedback import Feedback, Verdict
from qa.records import Answer, Reason, Status
from qa.render import ASK_AGAIN
from qa.web.escaping import escape
from qa.web.messages import clean_text
from qa.web.refusals import NOT_KEPT, NOT_READ, Refused

if TYPE_CHECKING:
    from qa.journal.store import Journal

VALID_SECONDS = 24 * 3600  # after which the buttons of an open page do nothing any more
MOST_WAITING = 16  # of one process; a database that is slow or locked must not gather more
KEEP_SECONDS = 5.0  # after which a click is told that it could not be kept
_VERDICTS = frozenset(Verdict)
# Notices of messages whose words are not kept, whatever the person agreed to.
_SENSITIVE = frozenset({"help_line", "emergency_symptoms"})
_ASKED = "Did this answer your question?"
_KEPT = {
    Status.ANSWERED: "Your yes or no is kept with the article and the day, nothing else",
    Status.NOT_FOUND: "Your yes or no is kept with the day and why nothing was found, nothing else",
}
_TICK = "Keep my question too, so that staff can see what people ask"


class Buttons:
    """Makes the buttons and reads what they send. `text`: the clinic keeps questions as well."""

    def __init__(self, *, text: bool, clock: Callable[[], float] = time.time) -> None:
        self._text = text
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def html(self, answer: Answer, turn_id: str) -> Markup:
        """The buttons below this answer, or nothing where nobody is asked."""
        if answer.crisis or answer.status is Status.CRISIS or answer.reason in ASK_AGAIN:
            return Markup("")
        text = self._text and not _SENSITIVE & set(answer.notices)
        tick = question = Markup("")
        if text:
            tick = Markup('<label><input type="checkbox" autocomplete="off"> {}</label>').format(
                _TICK
            )
            question = Markup(' data-question="{}"').format(escape(answer.question))
        return Markup(
            '<div class="feedback" role="group" aria-labelledby="{0}-useful" aria-live="off" '
            'data-token="{1}"{2}><p id="{0}-useful">{3}</p>'
            '<button type="button" value="yes">Yes</button>'
            '<button type="button" value="no">No</button>'
            '<p class="kept">{4}{5}.</p>{6}<p class="said" role="status"></p></div>'
        ).format(
            turn_id,
            self._token(answer, text),
            question,
            _ASKED,
            _KEPT[answer.status],
            ", unless you tick the box" if text else "",
            tick,
        )

    def _token(self, answer: Answer, text: bool) -> str:
        lead = answer.quotes[0] if answer.quotes else None
        facts = {
            "turn": secrets.token_hex(8),
            "at": int(self._clock()),
            "snapshot": answer.snapshot,
            "status": answer.status,
            "reason": answer.reason,
            "passage": lead.passage_id if lead else None,
            "source": lead.document.source if lead else None,
            "asked": _digest(answer.question) if text else None,
        }
        payload = base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
        return f"{payload}.{self._signature(payload)}"

    def _signature(self, payload: str) -> str:
        return hmac.new(self._key, payload.encode(), hashlib.sha256).hexdigest()

    def read(self, body: bytes) -> Feedback:
        """What is to be kept; raises Refused for everything that the page would not send."""
        sent = _json(body)
        token, verdict, question = sent.get("token"), sent.get("verdict"), sent.get("question")
        if not isinstance(token, str) or not isinstance(verdict, str) or verdict not in _VERDICTS:
            _refuse()
        facts = self._facts(token)
        if question is not None and (
            not isinstance(question, str)
            or facts["asked"] is None
            or not hmac.compare_digest(facts["asked"], _digest(question))
        ):
            _refuse()
        return Feedback(
            turn=facts["turn"],
            snapshot=facts["snapshot"],
            status=Status(facts["status"]),
            reason=None if facts["reason"] is None else Reason(facts["reason"]),
            verdict=Verdict(verdict),
            passage=facts["passage"],
            source=facts["source"],
            question=None if question is None else clean_text(question),
        )

    def _facts(self, token: str) -> dict[str, Any]:
        """What this process signed, not too long ago."""
        payload, _, signature = token.partition(".")
        if not token.isascii() or not hmac.compare_digest(self._signature(payload), signature):
            _refuse()
        facts: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload))
        if self._clock() - facts["at"] > VALID_SECONDS:
            _refuse()
        return facts


def router(journal: Journal, buttons: Buttons) -> APIRouter:
    """Where the buttons send to. The guard has checked origin, size and rate before."""
    routes = APIRouter()
    waiting = 0

    @routes.post("/feedback")
    async def feedback(request: Request) -> Response:
        nonlocal waiting
        try:
            given = buttons.read(await request.body())
            if waiting >= MOST_WAITING:
                raise Refused(503, NOT_KEPT, wait=5)
            waiting += 1
            try:
                await _kept(journal.feedback(given))
            finally:
                waiting -= 1
        except Refused as refused:
            return refused.response()
        return Response(status_code=204)

    return routes


async def _kept(result: Future[bool]) -> None:
    """Waits until it is on the disk; the journal itself logs why it could not be kept."""
    try:
        await asyncio.wait_for(asyncio.wrap_future(result), KEEP_SECONDS)
    except (QAError, TimeoutError):
        raise Refused(503, NOT_KEPT, wait=5) from None


def _json(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        _refuse()
    if not isinstance(sent, dict):
        _refuse()
    return sent


def _digest(question: str) -> str:
    return hashlib.sha256(clean_text(question).encode()).hexdigest()


def _refuse() -> NoReturn:
    raise Refused(400, NOT_READ)
