"""The classes of our commands: they turn errors into exit codes, and show arguments as they are typed."""

from __future__ import annotations

import os
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from voicepipe.cli.tools.console import UNREAD, complain, csv_for_json
from voicepipe.cli.tools.shells import COMPLETE_VARIABLE, answer_shells
from voicepipe.errors import RequestRefused, VoicepipeError

_AS_JSON, _AS_CSV = "as_json", "as_csv"
"""Parameters of commands: whether their data is to be JSON, or CSV in a way of their own."""
_OF_JSON = "as_csv_of_json"

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells expect it."""

EXIT_CODES = {
    0: "it is done",
    1: "it failed, or what was checked is not in order; standard error says what",
    2: "the command line is not valid, or the request is refused: nothing changed",
    75: "for now: no room on the disk, or Telegram is away; the same may go well later",
    78: "configuration, secret, model or files' owner: somebody has to mend it first",
    INTERRUPTED: "ended by Ctrl-C",
    UNREAD: "whoever read the output has stopped",
}
"""What a command can end with, and what it means."""


class RootCommands(TyperGroup):
    """The root of all commands. Errors raised on purpose become a message and an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        if COMPLETE_VARIABLE in os.environ:
            answer_shells()
        return super().main(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _plainly(error)
            raise
        except VoicepipeError as error:
            complain(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in EXIT_CODES.items()])

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of need: running it, asking it, administering it, setting it up."""
        asking = ("status", "jobs", "workers", "usage", "quota", "users", "payments", "pause", "log", "check")
        order = (
            "run",
            "worker",
            "transcribe",
            "process",
            *asking,
            "backup",
            "restore",
            "model",
            "config",
            "doctor",
            "completion",
        )
        return sorted(super().list_commands(ctx), key=order.index)


class Command(TyperCommand):
    """A command whose help shows its arguments as they are typed, and not the types they have in Python.

    Beside each `--json` stands a `--csv`, with which the same document is written as comma-separated values.
    """

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **extra)
        names = [parameter.name for parameter in self.params]
        if _AS_JSON in names and _AS_CSV not in names:
            self.params.insert(names.index(_AS_JSON) + 1, _csv_option(self.params[names.index(_AS_JSON)]))

    def invoke(self, ctx: Any) -> Any:
        if not ctx.params.pop(_OF_JSON, False):
            return super().invoke(ctx)
        if ctx.params[_AS_JSON]:
            raise RequestRefused("Both --json and --csv are given; expected one of them")
        ctx.params[_AS_JSON] = True
        with csv_for_json():
            return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *map(_spell, self._arguments())]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        arguments = [(_spell(argument), argument.help or "") for argument in self._arguments()]
        options = [option.get_help_record(ctx) for option in self.get_params(ctx) if option.param_type_name == "option"]
        for name, lines in (("Arguments", arguments), ("Options", options)):
            if lines:
                with formatter.section(name):
                    formatter.write_dl(lines)

    def _arguments(self) -> list[Any]:
        return [parameter for parameter in self.params if parameter.param_type_name == "argument"]


def _csv_option(json_option: Any) -> TyperOption:
    return TyperOption(
        param_decls=[_OF_JSON, "--csv"],
        type_descriptor=json_option.type_descriptor,
        is_flag=True,
        default=False,
        help="Print comma-separated values instead.",
    )


def _spell(argument: Any) -> str:
    name = f"{argument.metavar}..." if argument.nargs != 1 else f"{argument.metavar}"
    return name if argument.required else f"[{name}]"


def _plainly(error: typer.BadParameter) -> str:
    """What is wrong with a value, without the words of the library that found it."""
    found: list[Any] = getattr(error.__cause__, "errors", list)()
    match found:
        case [{"type": "int_parsing", "input": given}, *_]:
            return f"{given!r} is not a whole number."
        case [{"type": "greater_than_equal", "input": given, "ctx": {"ge": least}}, *_]:
            return f"{given} is below {least}."
    return error.message.removeprefix("Value error, ")
