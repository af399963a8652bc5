"""Commands that ask and search, and that measure how well that goes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qa import commands
from qa.arguments.common import add_command, at_least_one
from qa.config import Settings

if TYPE_CHECKING:
    from qa.arguments.common import Group


def ask(group: Group) -> None:
    command = add_command(
        group,
        "ask",
        "answer a question with quotes from the articles",
        'ask "Does ECT affect memory?"\nask --json --batch questions.jsonl > answers.jsonl',
        _run_ask,
    )
    command.add_argument("question", nargs="*", metavar="QUESTION")
    command.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help='the conversation so far: [{"role": "user", "content": "..."}, ...]',
    )
    command.add_argument(
        "--batch",
        type=Path,
        metavar="FILE",
        help='a line of {"id", "question", "history"} for each question; - = standard input',
    )
    command.set_defaults(usage_error=command.error)


def _run_ask(settings: Settings, args: argparse.Namespace) -> int:
    if args.batch is not None:
        if args.question or args.history:
            args.usage_error("--batch takes its questions and histories from the file")
        return commands.ask_batch(settings, args.batch, quiet=args.quiet)
    if not args.question:
        args.usage_error("give a QUESTION, or questions with --batch FILE")
    question = " ".join(args.question)
    return commands.ask(settings, question, history=args.history, as_json=args.json)


def search(group: Group) -> None:
    command = add_command(
        group,
        "search",
        "rank passages, with each stage's score",
        'search "nerve stimulation" -k 5\n'
        "search --queries queries.jsonl --run out.trec -k 100 --level document",
        _run_search,
    )
    command.add_argument("query", nargs="*", metavar="QUERY")
    command.add_argument("-k", type=at_least_one, default=10, metavar="N", help="hits (10)")
    command.add_argument(
        "--queries", type=Path, metavar="FILE", help='a line of {"id", "question"} for each query'
    )
    command.add_argument(
        "--run",
        type=Path,
        metavar="OUT",
        help="where to write the TREC run; - = standard output. White space in an id becomes %%20",
    )
    command.add_argument(
        "--level",
        choices=("document", "passage"),
        default="document",
        help="what the run ranks; a document stands where its best passage stands (document)",
    )
    command.set_defaults(usage_error=command.error)


def _run_search(settings: Settings, args: argparse.Namespace) -> int:
    if (args.queries is None) != (args.run is None):
        args.usage_error("--queries and --run belong together")
    if (args.queries is None) == (not args.query):
        args.usage_error("give a QUERY, or queries with --queries FILE --run OUT")
    if args.queries is None:
        return commands.search(settings, " ".join(args.query), args.k, as_json=args.json)
    return commands.search_run(
        settings, args.queries, args.run, args.k, level=args.level, quiet=args.quiet
    )


def verify(group: Group) -> None:
    command = add_command(
        group,
        "verify",
        "prove from the source files that quotes stand where they say",
        'verify answer.json\nask --json "Does ECT affect memory?" | python -m qa verify -',
        lambda settings, args: commands.verify(settings, args.receipt, as_json=args.json),
    )
    command.add_argument(
        "receipt", type=Path, metavar="RECEIPT", help="what ask --json wrote; - = standard input"
    )


def eval(group: Group) -> None:
    command = add_command(
        group,
        "eval",
        "measure the answers with the golden questions, or the search with a folder in BEIR's form",
        "eval\neval --split tune --errors\neval --beir nfcorpus --index nfcorpus-index",
        _run_eval,
    )
    command.add_argument(
        "--split",
        choices=("tune", "report", "all"),
        help="which questions: one half or both (report); nothing is fitted on report",
    )
    command.add_argument(
        "--out", type=Path, default=Path("eval"), metavar="DIR", help="where files go (eval)"
    )
    command.add_argument(
        "--questions", type=Path, metavar="DIR", help="other golden questions than tests/eval"
    )
    command.add_argument(
        "--write-expected",
        action="store_true",
        help="accept these figures: write them to expected.toml beside the questions",
    )
    command.add_argument(
        "--errors", action="store_true", help="show what went wrong; with --split tune only"
    )
    command.add_argument(
        "--beir",
        type=Path,
        metavar="FOLDER",
        help="a folder with corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/test.tsv); its "
        "index is made in --index, or deleted afterwards. Goes with --index, --out, --json and -q",
    )
    command.set_defaults(usage_error=command.error)


def _run_eval(settings: Settings, args: argparse.Namespace) -> int:
    from qa.evaluate import command

    if args.beir is not None:
        if args.corpus or args.split or args.questions or args.write_expected or args.errors:
            args.usage_error("--beir brings its own corpus: --index, --out, --json and -q only")
        index = settings.index if args.index else None
        return command.evaluate_beir(
            settings, args.beir, index, args.out, as_json=args.json, quiet=args.quiet
        )
    if args.errors and args.split != "tune":
        args.usage_error("--errors needs --split tune: the report half is not to be looked at")
    if args.errors and args.json:
        args.usage_error("--errors is for people, --json for machines")
    return command.evaluate(
        settings,
        split=args.split or "report",
        questions=args.questions,
        out=args.out,
        write_expected=args.write_expected,
        errors=args.errors,
        as_json=args.json,
        quiet=args.quiet,
    )
