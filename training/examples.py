"""Every set of windows that a reader is trained on, by name."""

from __future__ import annotations

import random
from pathlib import Path

from leaflets import medquad
from public_sets import (
    boolq,
    condaqa,
    covid_qa,
    fever,
    judged,
    nq_gold,
    pubmedqa,
    scifact,
    squad,
    squad_elsewhere,
)
from windows import Window
from written import elsewhere, mined, written


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
