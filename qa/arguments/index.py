"""Commands that make snapshots, choose among them and delete them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa import commands
from qa.arguments.common import add_command, not_negative

if TYPE_CHECKING:
    from qa.arguments.common import Group


def build(group: Group) -> None:
    command = add_command(
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


def watch(group: Group) -> None:
    add_command(
        group,
        "watch",
        "build, and build again whenever the corpus changes; stop with Ctrl+C",
        "watch\nwatch --corpus my-articles --index my-index",
        lambda settings, args: commands.watch(settings, as_json=args.json, quiet=args.quiet),
    )


def snapshots(group: Group) -> None:
    add_command(
        group,
        "snapshots",
        "list the snapshots, newest first",
        "snapshots",
        lambda settings, args: commands.snapshots(settings, as_json=args.json),
    )


def use(group: Group) -> None:
    command = add_command(
        group,
        "use",
        "publish another snapshot, for example to go back to an older one",
        "use 3f9a",
        lambda settings, args: commands.use(settings, args.id, as_json=args.json, quiet=args.quiet),
    )
    command.add_argument("id", metavar="ID", help="its id, or the beginning of it")


def prune(group: Group) -> None:
    command = add_command(
        group,
        "prune",
        "delete old snapshots; the live one always stays",
        "prune --keep 2",
        lambda settings, args: commands.prune(
            settings, args.keep, as_json=args.json, quiet=args.quiet
        ),
    )
    command.add_argument(
        "--keep", type=not_negative, default=2, metavar="N", help="newest others to keep (2)"
    )
