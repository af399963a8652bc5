"""argv -> the command that was asked for, its values and what runs it (`handler`).

Wrong usage ends the process with 2, as argparse does. Nothing heavy is imported.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qa import commands
from qa.config import Settings

Handler = Callable[[Settings, argparse.Namespace], int]


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
        _build,
        _ask,
        _search,
        _sources,
        _status,
        _watch,
        _check,
        _diff,
        _snapshots,
        _use,
        _prune,
        _verify,
        _eval,
        _staff,
        _journal,
    ):
        add(commands_of)
    return top


if TYPE_CHECKING:
    Group = argparse._SubParsersAction[argparse.ArgumentParser]


def _add(
    group: Group,
    name: str,
    what: str,
    example: str,
    handler: Handler,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = group.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog="example:\n" + "".join(f"  python -m qa {line}\n" for line in example.split("\n")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(handler=handler, command=name)
    command.add_argument("--corpus", metavar="DIR", help="the folder of articles (corpus)")
    command.add_argument("--index", metavar="DIR", help="the folder of snapshots (index)")
    command.add_argument("--json", action="store_true", help="for machines, on standard output")
    command.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    return command


def _build(group: Group) -> None:
    command = _add(
        group,
        "build",
        "read the corpus into a new snapshot and publish it",
        "build\nbuild --corpus my-articles --index my-index",
        lambda settings, args: commands.build(
            settings,
            publish=not args.no_publish,
            clean=args.clean,
            anyway=args.publish_anyway,
            as_json=args.json,
            quiet=args.quiet,
        ),
    )
    command.add_argument("--no-publish", action="store_true", help="leave the live one in use")
    command.add_argument("--clean", action="store_true", help="read and embed everything anew")
    command.add_argument(
        "--publish-anyway",
        action="store_true",
        help="also if golden questions are answered worse than by the live one; they are not asked",
    )


def _ask(group: Group) -> None:
    command = _add(
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


def _search(group: Group) -> None:
    command = _add(
        group,
        "search",
        "rank passages, with each stage's score",
        'search "nerve stimulation" -k 5\n'
        "search --queries queries.jsonl --run out.trec -k 100 --level document",
        _run_search,
    )
    command.add_argument("query", nargs="*", metavar="QUERY")
    command.add_argument("-k", type=_at_least_one, default=10, metavar="N", help="hits (10)")
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


def _sources(group: Group) -> None:
    _add(
        group,
        "sources",
        "list the articles with status, dates, passages and overdue reviews",
        "sources",
        lambda settings, args: commands.sources(settings, date.today(), as_json=args.json),
    )


def _status(group: Group) -> None:
    command = _add(
        group,
        "status",
        "set an article current, superseded or withdrawn; it holds from the next answer",
        'status ect.md withdrawn --why "Section on memory is wrong"\n'
        'status ect.md current --why "Corrected and reviewed" --by "R. Meyer"',
        lambda settings, args: commands.status(
            settings,
            args.source,
            args.status,
            why=args.why,
            by=args.by,
            as_json=args.json,
            quiet=args.quiet,
        ),
    )
    command.add_argument(
        "source", metavar="SOURCE", help="as `sources` lists it; FILE.jsonl#ID for one line of it"
    )
    command.add_argument("status", choices=("current", "superseded", "withdrawn"))
    command.add_argument("--why", required=True, metavar="TEXT", help="the reason, for colleagues")
    command.add_argument("--by", metavar="NAME", help="who sets it (the name of your account here)")


def _watch(group: Group) -> None:
    _add(
        group,
        "watch",
        "build, and build again whenever the corpus changes; stop with Ctrl+C",
        "watch\nwatch --corpus my-articles --index my-index",
        lambda settings, args: commands.watch(settings, as_json=args.json, quiet=args.quiet),
    )


def _check(group: Group) -> None:
    command = _add(
        group,
        "check",
        "look for problems in the articles and damage in the index",
        "check\ncheck --search --html check.html\ncheck --json --fail-on warning",
        _run_check,
    )
    command.add_argument(
        "--fail-on",
        choices=("error", "warning", "note"),
        default="error",
        help="the mildest finding that ends the command with 1 (error)",
    )
    command.add_argument(
        "--search", action="store_true", help="also name passages that no question finds (slower)"
    )
    command.add_argument("--html", type=Path, metavar="OUT", help="write a page to look at, too")


def _run_check(settings: Settings, args: argparse.Namespace) -> int:
    from qa.check import command

    return command.check_index(
        settings,
        date.today(),
        fail_on=args.fail_on,
        searching=args.search,
        page=args.html,
        as_json=args.json,
        quiet=args.quiet,
    )


def _diff(group: Group) -> None:
    command = _add(
        group,
        "diff",
        "show which answers to the golden questions change between two snapshots",
        "diff\ndiff 3f9a 81c0 --html changes.html",
        _run_diff,
    )
    command.add_argument(
        "before", nargs="?", metavar="A", help="an id or its beginning (the live one)"
    )
    command.add_argument("after", nargs="?", metavar="B", help="another (the newest that is not A)")
    command.add_argument("--html", type=Path, metavar="OUT", help="write a page to look at, too")


def _run_diff(settings: Settings, args: argparse.Namespace) -> int:
    from qa import diff_command

    return diff_command.diff(
        settings,
        args.before,
        args.after,
        page=args.html,
        as_json=args.json,
        quiet=args.quiet,
    )


def _snapshots(group: Group) -> None:
    _add(
        group,
        "snapshots",
        "list the snapshots, newest first",
        "snapshots",
        lambda settings, args: commands.snapshots(settings, as_json=args.json),
    )


def _use(group: Group) -> None:
    command = _add(
        group,
        "use",
        "publish another snapshot, for example to go back to an older one",
        "use 3f9a",
        lambda settings, args: commands.use(settings, args.id, quiet=args.quiet),
    )
    command.add_argument("id", metavar="ID", help="its id, or the beginning of it")


def _prune(group: Group) -> None:
    command = _add(
        group,
        "prune",
        "delete old snapshots; the live one always stays",
        "prune --keep 2",
        lambda settings, args: commands.prune(
            settings, args.keep, as_json=args.json, quiet=args.quiet
        ),
    )
    command.add_argument(
        "--keep", type=_not_negative, default=2, metavar="N", help="newest others to keep (2)"
    )


def _verify(group: Group) -> None:
    command = _add(
        group,
        "verify",
        "prove from the source files that quotes stand where they say",
        'verify answer.json\nask --json "Does ECT affect memory?" | python -m qa verify -',
        lambda settings, args: commands.verify(settings, args.receipt, as_json=args.json),
    )
    command.add_argument(
        "receipt", type=Path, metavar="RECEIPT", help="what ask --json wrote; - = standard input"
    )


def _eval(group: Group) -> None:
    command = _add(
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


def _journal(group: Group) -> None:
    command = _add(
        group,
        "journal",
        "show as counts what the journal keeps, or delete what has had its days",
        "journal show --json\njournal purge\njournal purge --all",
        _run_journal,
    )
    command.add_argument("action", choices=("show", "purge"))
    command.add_argument("--all", action="store_true", help="purge: whatever its age")


def _run_journal(settings: Settings, args: argparse.Namespace) -> int:
    from qa.journal import command

    if args.action == "show":
        return command.show(settings, as_json=args.json)
    return command.delete(settings, everything=args.all, as_json=args.json, quiet=args.quiet)


def _staff(group: Group) -> None:
    command = _add(
        group,
        "staff",
        "add, list and end the accounts of the staff desk",
        "staff add kim --role reviewer\nstaff list\nstaff password kim\nstaff disable kim",
        _run_staff,
    )
    command.add_argument("what", choices=("add", "list", "disable", "enable", "password", "remove"))
    command.add_argument("name", nargs="?", metavar="NAME", help="small letters, digits, . - _")
    command.add_argument(
        "--role",
        choices=("reviewer", "maintainer"),
        help="with add: who marks answers, or who also sets the status of articles",
    )
    command.add_argument(
        "--password-stdin", action="store_true", help="a line of standard input, nothing is asked"
    )
    command.set_defaults(usage_error=command.error)


def _run_staff(settings: Settings, args: argparse.Namespace) -> int:
    from qa.desk import command

    if (args.name is None) != (args.what == "list"):
        args.usage_error("give a NAME" if args.name is None else "list takes no NAME")
    if (args.role is None) == (args.what == "add"):
        args.usage_error("--role belongs to add, and add needs it")
    if args.password_stdin and args.what not in ("add", "password"):
        args.usage_error("--password-stdin belongs to add and password")
    if args.what == "list":
        return command.listing(settings, as_json=args.json)
    if args.what == "add":
        return command.add(
            settings, args.name, args.role, from_stdin=args.password_stdin, quiet=args.quiet
        )
    if args.what == "password":
        return command.password(
            settings, args.name, from_stdin=args.password_stdin, quiet=args.quiet
        )
    return command.change(settings, args.name, args.what, quiet=args.quiet)


def _at_least_one(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {value}")
    return number


def _not_negative(value: str) -> int:
    number = int(value)
    if number < 0:
        raise argparse.ArgumentTypeError(f"must not be negative, not {value}")
    return number
