"""What a person is told when a request is not served: one calm sentence each, and its status.

The page shows these sentences in the chat (`static/refusals.js`); other callers get them as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from starlette.responses import JSONResponse

NOTHING_HERE = "There is nothing here."
OTHER_HOST = (
    "This address is not known here. Whoever runs this page can add its name to QA_ALLOWED_HOSTS."
)
OTHER_PAGE = "This was sent from another page, so it was not read."
NOT_READ = "This message could not be read. Please load the page again, then ask once more."
TOO_LARGE = "This is too long to send. Please shorten your question, or start again."
TOO_SLOW = "Your question did not arrive in time. Please send it again."
TOO_LONG = "Finding an answer took too long. Please send your question again."
BUSY = "Many people are asking at the moment. Please wait a little, then send it again."
STILL_ANSWERING = (
    "Several of your questions are still being answered. Please wait for them, then send it again."
)
NO_SUCH_CONVERSATION = "The connection to this page was lost. Please send your question again."
TOKEN_WANTED = "This is open only to those who send the right token."
OTHER_METHOD = "This cannot be asked for in this way."
MANY_AT_ONCE = "Many pages are asked for at once. Please wait a little, then try again."
NOT_KEPT = "This could not be kept just now. Your answer is not affected."
FAILED = "Something went wrong here. Please send your question again."


class Refused(Exception):
    """A request that is not served; `said` is for the person."""

    def __init__(
        self, status: int, said: str, wait: float = 0.0, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
        self.wait = wait
        self.headers = dict(headers or {})
        if wait:
            self.headers["Retry-After"] = str(math.ceil(wait))

    def response(self) -> JSONResponse:
        return JSONResponse({"detail": self.said}, self.status, self.headers)


def too_often(wait: float) -> Refused:
    """
    >>> too_often(1.2).said
    'You have sent many questions in a short time. Please wait 2 seconds, then send it again.'
    """
    seconds = max(2, math.ceil(wait))
    said = f"You have sent many questions in a short time. Please wait {seconds} seconds"
    return Refused(429, f"{said}, then send it again.", seconds)


def too_fast(wait: float) -> Refused:
    """The same for what is no question.

    >>> too_fast(0.1).said
    'Too many requests in a short time. Please wait 1 second, then try again.'
    """
    seconds = max(1, math.ceil(wait))
    unit = "second" if seconds == 1 else "seconds"
    said = f"Too many requests in a short time. Please wait {seconds} {unit}, then try again."
    return Refused(429, said, seconds)
