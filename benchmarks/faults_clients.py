"""The people of a fault campaign: they ask, read, say yes or no, and work at the staff desk.

Each is a thread that goes on until it is told to stop. What is acknowledged is written into the
ledger; a 5xx on the patients' page is a violation whenever it comes, since an app that is down
gives none. A connection that breaks is one unless the app was killed meanwhile.
"""

from __future__ import annotations

import base64
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

from benchmarks.faults_ledger import Ledger
from benchmarks.faults_place import METRICS_TOKEN, PASSWORD, STAFF, Place
from tests.chat_client import JSON, Client, Fetched

QUESTIONS = (
    "How many sessions has a course of ECT?",
    "How often is ECT given?",
    "How is ketamine given?",
    "How long does a course of TMS last?",
    "Is TMS painful?",
    "What is treatment-resistant depression?",
    "Where is esketamine nasal spray given?",
    "Does ECT affect memory?",
    "Is lithium added to an antidepressant?",
    "What is the best football team?",
)
WITHDRAWING = ("tms.md", "ketamine.md", "ect.md")  # sources that answer some of them
FAILED = "Something went wrong on our side"
PAUSE = {"api": 0.3, "chat": 0.3, "pages": 0.4, "staff": 0.6, "figures": 0.4}  # seconds
_QUOTE = re.compile(
    r'<blockquote[^>]*>(.*?)</blockquote>.*?href="/source/([0-9a-f]{16})\?start=(\d+)&amp;end=(\d+)',
    re.DOTALL,
)
_ROWS = re.compile(r'^wellsourced_journal_rows_total\{outcome="written"\} ([\d.]+)', re.MULTILINE)


class Lost(Exception):
    """The app was killed while it was asked."""


class People:
    """All of them. `place` says whether the app is up; they never stop it."""

    def __init__(self, place: Place, seed: int) -> None:
        self._place = place
        self._ledger: Ledger = place.ledger
        self._rng = random.Random(seed)
        self._client = Client(place.url)
        self._event: int | None = None
        self._cookie = ""
        self._number = 0
        self._stop = threading.Event()
        self._documents: dict[str, str] = {}  # source -> id, as last listed
        self._threads = [
            threading.Thread(target=self._going_on, args=(name, work), daemon=True)
            for name, work in (
                ("api", self.ask_api),
                ("chat", self.ask_chat),
                ("pages", self.read_pages),
                ("staff", self.work_at_desk),
                ("figures", self.read_figures),
            )
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _going_on(self, name: str, work: Callable[[], None]) -> None:
        while not self._stop.wait(PAUSE[name] * self._rng.uniform(0.5, 1.5)):
            if not self._place.up:
                continue
            try:
                work()
            except Lost:
                self._ledger.count("broken off by a kill")
            except Exception as problem:
                self._ledger.violated(f"{name}: {type(problem).__name__}: {problem}")

    def _fetch(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        patient: bool = True,
    ) -> Fetched:
        """One request; `patient`: a 5xx is a violation."""
        life, was_up = self._place.lives, self._place.up
        try:
            found = self._client.fetch(path, method, body, headers)
        except (OSError, http.client.HTTPException) as problem:
            if was_up and self._place.up and self._place.lives == life:
                self._ledger.violated(f"{method} {path.partition('?')[0]}: {problem!r}")
            raise Lost from None
        if found.status >= 500:
            self._ledger.count(f"5xx of {path.split('/')[1] or 'the chat'}")
            if patient:
                self._ledger.violated(f"{method} {path.partition('?')[0]}: {found.status}")
        return found

    # ------------------------------------------------------------ patients and programs

    def ask_api(self) -> None:
        before = self._ledger.withdrawn_now()
        question = self._rng.choice(QUESTIONS)
        found = self._fetch("/api/ask", "POST", json.dumps({"question": question}).encode(), JSON)
        if found.status != 200:
            return
        answer: dict[str, Any] = json.loads(found.text)
        pairs = [quote for pair in answer["differences"] for quote in pair.values()]
        quotes = [*answer["quotes"], *answer["related"], *pairs]
        for quote in quotes:
            self._ledger.check_quote_object(answer["snapshot"], quote)
        self._ledger.check_sources((q["document"]["source"] for q in quotes), before)
        self._ledger.count("answers of the API")

    def ask_chat(self) -> None:
        if self._event is None:
            self._event = self._client.event()
        before = self._ledger.withdrawn_now()
        session = f"{self._rng.getrandbits(40):x}"
        asked = json.dumps(
            {
                "data": [self._rng.choice(QUESTIONS), None],
                "fn_index": self._event,
                "session_hash": session,
            }
        ).encode()
        joined = self._fetch("/gradio_api/queue/join", "POST", asked, JSON)
        if joined.status != 200:
            return
        stream = self._fetch(f"/gradio_api/queue/data?session_hash={session}")
        done = [event for event in stream.events if event["msg"] == "process_completed"]
        if len(done) != 1 or not done[0].get("success"):
            if self._place.up:
                self._ledger.violated("a question in the chat got no answer")
            return
        self._read_turn(str(done[0]["output"]["data"][0]["turn"]), before)

    def _read_turn(self, html: str, before: Mapping[str, str]) -> None:
        if FAILED in html:
            self._ledger.violated("the chat said that something went wrong")
            return
        self._ledger.count("answers of the chat")
        tokens = re.findall(r'data-token="([^"]*)"', html)
        if not tokens:
            return
        token = unescape(tokens[0])
        facts = json.loads(base64.urlsafe_b64decode(token.partition(".")[0]))
        for shown, doc_id, start, end in _QUOTE.findall(html):
            text = unescape(re.sub(r"<[^>]+>", "", shown))
            self._ledger.check_quote(facts["snapshot"], doc_id, int(start), int(end), text)
        if facts["source"]:
            self._ledger.check_sources([facts["source"]], before)
        questions = re.findall(r'data-question="([^"]*)"', html)
        ticked = unescape(questions[0]) if questions and self._rng.random() < 0.5 else None
        self._say(token, facts["turn"], ticked)

    def _say(self, token: str, turn: str, question: str | None) -> None:
        """Yes or no; 204 says that it is kept."""
        sent = {"token": token, "verdict": self._rng.choice(("yes", "no")), "question": question}
        own = {**JSON, "Origin": self._place.url, "Sec-Fetch-Site": "same-origin"}
        found = self._fetch("/feedback", "POST", json.dumps(sent).encode(), own, patient=False)
        if found.status == 204:
            self._ledger.kept_feedback(turn, question)
        self._ledger.count(f"feedback {found.status}")

    def read_pages(self) -> None:
        path = "/"
        if self._documents and self._rng.random() < 0.8:
            path = f"/source/{self._rng.choice(list(self._documents.values()))}"
        if self._fetch(path).status == 200:
            self._ledger.count("pages")
        listed = self._fetch("/api/sources")
        if listed.status == 200:
            rows = json.loads(listed.text)["sources"]
            self._documents = {row["source"]: row["doc_id"] for row in rows}

    def read_figures(self) -> None:
        """How many rows of answers the app says are kept."""
        life = self._place.lives
        own = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        found = self._fetch("/metrics", headers=own)
        rows = _ROWS.search(found.text)
        if found.status == 200 and rows is not None:
            self._ledger.rows_written(life, int(float(rows[1])))

    # ------------------------------------------------------------ staff

    def work_at_desk(self) -> None:
        """Sets a status or marks an answer."""
        csrf = self._csrf() or (self._csrf() if self._sign_in() else "")
        if not csrf:
            time.sleep(0.5)
        elif self._rng.random() < 0.6 and self._documents:
            self._set_status(csrf, self._rng.choice(WITHDRAWING))
        else:
            self._mark(csrf)

    def _csrf(self) -> str:
        """What forms carry, where somebody is signed in."""
        if not self._cookie:
            return ""
        page = self._fetch("/staff", headers={"Cookie": self._cookie}, patient=False)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
        return found[1] if found and page.status == 200 else ""

    def _sign_in(self) -> bool:
        found = self._form("/staff/login", {"name": STAFF, "password": PASSWORD})
        self._ledger.count(f"logins {found.status}")
        self._cookie = found.headers.get("set-cookie", "").partition(";")[0]
        return found.status == 303

    def _form(self, path: str, form: dict[str, str]) -> Fetched:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self._place.url,
            "Sec-Fetch-Site": "same-origin",
            "Cookie": self._cookie,
        }
        body = urlencode(form).encode()
        return self._fetch(path, "POST", body, headers, patient=False)

    def _set_status(self, csrf: str, source: str) -> None:
        doc_id = self._documents.get(source)
        if doc_id is None:
            return
        self._number += 1
        why = f"campaign {self._number}"
        with self._ledger.setting:
            was = self._ledger.withdrawn_now()
            status = "current" if source in was else "withdrawn"
            self._ledger.about_to_set(source)
            form = {"csrf": csrf, "status": status, "why": why}
            found = self._form(f"/staff/articles/{doc_id}/status", form)
            self._ledger.count(f"statuses {found.status}")
            if found.status != 303 or "/staff/articles/" not in found.headers["location"]:
                return
            self._ledger.was_set(source, status, why)
            if "unwritten" not in found.headers["location"]:
                self._ledger.actions.append(why)

    def _mark(self, csrf: str) -> None:
        self._number += 1
        question = f"{self._rng.choice(QUESTIONS)} ({self._number})"
        form = {"csrf": csrf, "question": question, "verdict": "right", "right": ""}
        found = self._form("/staff/check/mark", form)
        self._ledger.count(f"marks {found.status}")
        if found.status == 303 and "/staff/check/marks/" in found.headers["location"]:
            self._ledger.marks.append(question)
