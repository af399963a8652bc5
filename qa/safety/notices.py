"""Message -> codes of the fixed notices for emergencies and changes of a medicine.

Weights fitted on messages written for it, and a few plain sentences.
"""

from __future__ import annotations

from qa.encoder import Encoder, TextEmbedding
from qa.safety.lists import lists
from qa.safety.notice_model import CODES, NoticeModel, shipped_notices
from qa.safety.plain import sentences

PARTS = ("emergency", "change", "unless")


class Notices:
    """Reads messages with one encoder. Safe to use from several threads."""

    def __init__(self, encoder: Encoder | None, model: NoticeModel | None = None) -> None:
        found, known = lists("notices.toml", PARTS), model or shipped_notices()
        self._unless = found["unless"]
        self._said = (found["emergency"], found["change"])  # in the order of CODES
        same = encoder is not None and encoder.digest == known.encoder_digest
        self._encoder = encoder if same else None
        self._head = known.meaning if same else known.words

    def read(self, message: str, embedded: TextEmbedding | None = None) -> tuple[str, ...]:
        """Codes of the fixed texts that belong above the answer, in a fixed order.

        `embedded` is the message's embedding, where it has been made already.
        """
        split = sentences(message)
        if not split:
            return ()
        if self._encoder is None:
            embedded = None
        elif embedded is None:
            embedded = self._encoder.embed([message])[0]
        scores = self._head.scores(message, embedded)
        plain = [sentence for sentence in split if not self._unless.search(sentence)]
        return tuple(
            code
            for code, score, said in zip(CODES, scores, self._said, strict=True)
            if score >= 0 or any(said.search(sentence) for sentence in plain)
        )
