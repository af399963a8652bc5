"""argv -> the command that was asked for, its values and what runs it (`handler`).

Wrong usage ends the process with 2, as argparse does. Nothing heavy is imported.
"""

from __future__ import annotations

import argparse

from qa.arguments import articles, asking, index, people
from qa.arguments.common import Handler

__all__ = ["Handler", "parser"]


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="python -m qa",
        description="Answers questions by quoting published articles word for word.",
        epilog='example:\n  python -m qa ask "How long does a course of ECT last?"',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands_of = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (
        index.build,
        asking.ask,
        asking.search,
        articles.sources,
        articles.status,
        index.watch,
        articles.check,
        articles.diff,
        index.snapshots,
        index.use,
        index.prune,
        asking.verify,
        asking.eval,
        people.staff,
        people.journal,
    ):
        add(commands_of)
    return top
