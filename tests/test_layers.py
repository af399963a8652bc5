"""The module map, enforced: imports go one way, and each heavy library has its owners.

An import hidden inside a function counts too. A new module needs a row here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

QA = Path(__file__).resolve().parents[1] / "qa"
MODULES = sorted(QA.rglob("*.py"))

# The ground floor: imported by all, importing nothing above.
GROUND = {
    "records": set(),
    "errors": set(),
    "config": {"errors"},
    "text": {"records"},
}

# What each module may import besides the ground floor. A package is one name here; its own
# modules may import each other.
MAY_IMPORT: dict[str, set[str]] = {
    # reading and building
    "corpus": set(),
    "jsonlines": set(),
    "progress": set(),
    "readers": set(),
    "reading": {"corpus", "jsonlines", "readers"},
    "passages": set(),
    "cache": {"corpus", "encoder", "jsonlines", "text_embedding"},
    "intake": {"cache", "corpus", "progress", "reading"},
    "build": {
        "cache",
        "corpus",
        "encoder",
        "gate",
        "intake",
        "passages",
        "progress",
        "publish",
        "snapshot",
        "snapshot_manifest",
        "support",
        "text_embedding",
        "tokens",
    },
    # encoders: `encoder` opens one, the others are its parts
    "text_embedding": set(),
    "runtimes": set(),
    "fast_encoder": {"model_export", "runtimes", "text_embedding"},
    "reference_encoder": {"text_embedding"},
    "model_export": {"fast_encoder", "reference_encoder", "text_embedding"},
    "encoder": {"fast_encoder", "model_export", "reference_encoder", "runtimes", "text_embedding"},
    "float_graph": {"model_export"},
    "cross_encoder": {"float_graph", "runtimes", "text_embedding"},
    "pair_reader": {"cross_encoder", "text_embedding"},
    "sentence_reader": {"cross_encoder", "pair_reader"},
    # the index: where building and asking meet
    "vectors": set(),
    "lexical": set(),
    "tokens": {"encoder", "text_embedding"},
    "snapshot_manifest": {"corpus"},
    "support": set(),
    "snapshot": {
        "corpus",
        "jsonlines",
        "lexical",
        "snapshot_manifest",
        "support",
        "tokens",
        "vectors",
    },
    "durable": set(),
    "stamps": set(),
    "publish": {"durable", "snapshot"},
    "statuses": {"durable", "stamps"},
    # asking
    "acronyms": set(),
    "wordlists": set(),
    "variants": set(),
    "other_names": {"wordlists"},
    "slip_cost": set(),
    "spelling": {"slip_cost", "variants", "wordlists"},
    "figures": set(),
    "voices": set(),
    "differing": {"figures", "leaning", "named", "quoting", "voices"},
    "missing": {"wordlists"},
    "leaning": set(),
    "quoting": {"leaning"},
    "amounts": set(),
    "groups": set(),
    "places": set(),
    "named": {"wordlists"},
    "asked": {"amounts", "groups", "named", "places", "wordlists"},
    "help_lines": set(),
    "safety": {"encoder", "support", "wordlists"},
    "fuse": set(),
    "phrases": set(),
    "topics": {"acronyms", "phrases"},
    "dialogue": {"phrases", "topics"},
    "vague": {"dialogue", "phrases", "topics"},
    "retrieve": {"encoder", "fuse", "other_names", "snapshot"},
    "sought": {
        "acronyms",
        "dialogue",
        "encoder",
        "other_names",
        "retrieve",
        "spelling",
        "topics",
        "vague",
        "wordlists",
    },
    "coverage": {"retrieve", "tokens"},
    "evidence": {
        "asked",
        "coverage",
        "cross_encoder",
        "missing",
        "named",
        "passages",
        "quoting",
        "retrieve",
        "snapshot",
        "support",
    },
    "answer": {"differing", "evidence", "quoting"},
    "engine": {
        "answer",
        "articles",
        "encoder",
        "evidence",
        "help_lines",
        "named",
        "retrieve",
        "safety",
        "sentence_reader",
        "snapshot",
        "sought",
        "statuses",
    },
    # serving: the engine that answers now
    "opening": {
        "encoder",
        "engine",
        "evidence",
        "publish",
        "snapshot",
        "snapshot_manifest",
    },
    "live": {"encoder", "engine", "opening", "snapshot", "stamps", "statuses"},
    # showing, checking, proving
    "quote_ids": set(),
    "metrics": {"journal", "live"},
    "logs": set(),
    "render": {"articles", "missing", "quote_ids"},
    "terminal": {"render"},
    "glossary": set(),
    "suggestions": set(),
    "journal": {"console"},
    "articles": set(),
    "batch": {"render"},
    "golden": {"batch", "durable"},
    "reworded": {"golden"},
    "diff": {
        "encoder",
        "engine",
        "golden",
        "progress",
        "reworded",
        "snapshot",
        "statuses",
    },
    "gate": {"diff", "diff_report", "encoder", "golden", "progress"},
    "report_page": set(),
    "diff_command": {"console", "diff", "diff_report", "progress"},
    "diff_report": {"console", "diff", "golden", "render", "report_page", "reworded"},
    "trec": set(),
    "set_status": {"snapshot", "statuses"},
    "watch": {"corpus"},
    "check": {
        "articles",
        "console",
        "corpus",
        "engine",
        "progress",
        "report_page",
        "snapshot",
        "snapshot_manifest",
        "statuses",
        "wordlists",
    },
    "console": set(),
    "listing": {"articles", "build", "console", "snapshot"},
    "receipts": {"corpus", "reading"},
    "explain": {"asked", "engine", "evidence", "retrieve", "safety"},
    "opposing": set(),
    "says": {
        "differing",
        "engine",
        "evidence",
        "figures",
        "named",
        "opposing",
        "passages",
        "retrieve",
        "support",
        "voices",
    },
    "evaluate": {
        "batch",
        "build",
        "console",
        "durable",
        "encoder",
        "engine",
        "fuse",
        "golden",
        "progress",
        "snapshot",
        "trec",
    },
    "desk": {
        "articles",
        "check",
        "console",
        "engine",
        "evaluate",
        "explain",
        "golden",
        "help_lines",
        "journal",
        "live",
        "render",
        "says",
        "snapshot",
        "statuses",
        "web",
    },
    "web": {
        "articles",
        "engine",
        "glossary",
        "help_lines",
        "journal",
        "listing",
        "live",
        "logs",
        "metrics",
        "quote_ids",
        "render",
        "suggestions",
    },
}
ANYTHING = {"commands"}  # each command imports what it needs, when it runs
EDGE = {
    "arguments": {"check", "commands", "desk", "diff_command", "evaluate", "journal"},
    "cli": {"arguments"},
    "__main__": {"cli"},
    "__init__": set(),
}

OWNER: dict[str, set[str]] = {
    "alembic": {"journal"},
    "argon2": {"desk"},
    "bm25s": {"lexical"},
    "charset_normalizer": {"readers"},
    "docx": {"readers"},
    "faiss": {"vectors"},
    "fastapi": {"desk", "web"},
    "filelock": {"golden", "publish", "statuses"},
    "gradio": {"web"},
    "ir_measures": {"evaluate"},
    "jinja2": {"desk", "report_page", "web"},
    "lxml": {"readers"},
    "markdown_it": {"readers"},
    "markupsafe": {"desk", "web"},
    "matplotlib": {"desk", "evaluate"},
    "onnxruntime": {"runtimes"},
    "openvino": {"runtimes"},
    "platformdirs": {"model_export"},
    "prometheus_client": {"metrics"},
    "pydantic": {"web"},
    "pypdf": {"readers"},
    "pypdfium2": {"web"},
    "pythonjsonlogger": {"logs"},
    "rapidfuzz": {"safety", "spelling", "web"},
    "scipy": {"evaluate"},
    "sentence_transformers": {"pair_reader", "reference_encoder"},
    "sqlalchemy": {"desk", "journal"},
    "starlette": {"desk", "web"},
    "Stemmer": {"text"},
    "textstat": {"web"},
    "tokenizers": {"fast_encoder", "cross_encoder"},
    "torch": {"reference_encoder", "model_export"},
    "tqdm": {"progress"},
    "trafilatura": {"readers"},
    "transformers": {"model_export", "pair_reader"},
    "uvicorn": {"web"},
    "watchfiles": {"watch"},
    "yaml": {"readers"},
}


def name_of(path: Path) -> str:
    """The row of a module: its own name, or that of its package."""
    parts = path.relative_to(QA).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> list[str]:
    """Full names of the modules that a file imports, wherever in the file."""
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(dict.fromkeys(alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            if node.module == "qa":  # from qa import commands
                found.update(dict.fromkeys(f"qa.{alias.name}" for alias in node.names))
            else:
                found[str(node.module)] = None
    return list(found)


def inside(path: Path) -> list[str]:
    """The rows of the project's own modules that a file imports, itself left out."""
    named = [n.split(".")[1] for n in imports(path) if n.startswith("qa.")]
    return [name for name in named if name != name_of(path)]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(QA)))
def test_imports_follow_the_module_map(path: Path) -> None:
    """
    A module imports the ground floor and what its row allows, nothing else of ours.
    """
    name = name_of(path)
    if name in ANYTHING:
        return
    rows = {**GROUND, **MAY_IMPORT, **EDGE}
    assert name in rows, f"{name} has no row in the module map"
    allowed = rows[name] if name in GROUND else rows[name] | set(GROUND)
    assert [] == [other for other in inside(path) if other not in allowed]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(QA)))
def test_each_heavy_library_has_its_owners(path: Path) -> None:
    """
    To change a library, few files have to be read.
    """
    roots = [name.partition(".")[0] for name in imports(path)]
    foreign = [root for root in roots if name_of(path) not in OWNER.get(root, {name_of(path)})]
    assert [] == foreign


def test_every_row_is_a_module() -> None:
    """
    A row of a module that is gone would allow what nobody needs.
    """
    there = {name_of(path) for path in MODULES}
    assert [] == [name for name in (*GROUND, *MAY_IMPORT, *ANYTHING, *EDGE) if name not in there]


def test_every_allowance_is_known() -> None:
    """
    A misspelt name in the table would allow nothing and forbid nothing.
    """
    known = {*GROUND, *MAY_IMPORT, *ANYTHING}
    assert [] == [n for row in MAY_IMPORT.values() for n in sorted(row) if n not in known]


def test_imports_run_in_no_circle() -> None:
    """
    The project's own modules can be put in an order in which each needs earlier ones only.
    """
    needs: dict[str, set[str]] = {}
    for path in MODULES:
        needs.setdefault(name_of(path), set()).update(inside(path))
    needs["model_export"] = needs["model_export"] - {"fast_encoder"}  # proves what it exports
    while needs:
        free = sorted(name for name, wanted in needs.items() if not wanted & set(needs))
        assert free, f"a circle among {sorted(needs)}"
        for name in free:
            del needs[name]
