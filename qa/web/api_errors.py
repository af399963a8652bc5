"""What a program is told when it is not served: `{"error": {"code", "message"}}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import JSONResponse

from qa.web.refusals import Refused

# By status, for what the guard refuses: it says the same as to a patient, in other words.
_SAID: Mapping[int, tuple[str, str]] = {
    400: ("unreadable", "The body is not a JSON object, is nested too deeply, or is cut off."),
    401: ("unauthorized", "Send the token as the header Authorization: Bearer TOKEN."),
    403: ("other_page", "Web pages of other origins may not call this."),
    404: ("not_found", "There is nothing here. /api/openapi.json lists what there is."),
    405: ("method_not_allowed", "Not with this method; the header Allow says which."),
    408: ("too_slow", "The body did not arrive in time."),
    413: ("too_large", "The body is larger than QA_MAX_BODY_KB allows."),
    415: ("not_json", "The body must be sent with Content-Type: application/json."),
    421: ("unknown_host", "This host name is not in QA_ALLOWED_HOSTS."),
    429: ("too_many_requests", "Too many requests from this address; wait as Retry-After says."),
    500: ("failed", "Something went wrong here; the server's log says where."),
    503: ("busy", "Too many questions are being answered; wait as Retry-After says."),
    504: ("too_long", "Finding the answer took longer than QA_ANSWER_SECONDS."),
}


class ApiRefused(Refused):
    """A request of a program that is not served; `code` and `said` are what it is told."""

    def __init__(self, status: int, code: str, said: str) -> None:
        super().__init__(status, said)
        self.code = code


def api_error(refused: Refused) -> JSONResponse:
    """The refusal as a program reads it."""
    if isinstance(refused, ApiRefused):
        code, said = refused.code, refused.said
    else:
        code, said = _SAID.get(refused.status, _SAID[500])
    error = {"error": {"code": code, "message": said}}
    return JSONResponse(error, refused.status, refused.headers)


def invalid(problems: Sequence[Mapping[str, object]]) -> ApiRefused:
    """What is wrong with the values of a request, without repeating them.

    >>> invalid([{"loc": ("body", "history", 0, "role"), "msg": "Field required"}]).said
    'history.0.role: Field required'
    """
    listed = []
    for problem in problems[:5]:
        place = problem["loc"]
        assert isinstance(place, tuple)
        where = ".".join(str(part) for part in place[1:]) or str(place[0])
        listed.append(f"{where}: {problem['msg']}")
    return ApiRefused(422, "invalid", "; ".join(listed))
