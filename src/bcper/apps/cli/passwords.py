"""Where a password comes from. It never goes into arguments, the environment of children, or messages."""

import argparse
import os
import shlex
import subprocess
import sys

from bcper.domain.errors import BcperError, UsageError, WrongPassword

_ENVIRONMENT = ("BCPER_PASSWORD", "BCPER_PASSWORD_FILE", "BCPER_PASSWORD_COMMAND")


def password_of(args: argparse.Namespace, *, twice: bool = False) -> str | None:
    """The password that the options or the environment give; ``None`` without one. ``twice`` asks again."""
    if args.ask_password:
        return ask(twice=twice)
    if args.password_file:
        return _from_file(args.password_file)
    if args.password_command:
        return _from_command(args.password_command)
    return _from_argument(args.password) if args.password is not None else _from_environment()


def passwords_of(args: argparse.Namespace) -> tuple[str, ...]:
    """Every password that the options give, else the environment's, to open runs with."""
    found = [_from_file(path) for path in args.password_file]
    found += [_from_command(command) for command in args.password_command]
    found += [_from_argument(value) for value in args.password]
    found += [ask() for _ in range(args.ask_password)]
    if not found and (password := _from_environment()) is not None:
        found.append(password)
    return tuple(dict.fromkeys(found))


def ask(prompt: str = "Password: ", *, twice: bool = False) -> str:
    """Ask on the terminal. Raises WrongPassword where there is none, UsageError if the second one differs."""
    from getpass import getpass

    if not sys.stdin.isatty():
        raise WrongPassword("There is no terminal to ask for the password on.", "Use --password-file.")
    password = _checked(getpass(prompt))
    if twice and getpass("Password again: ") != password:
        raise UsageError("The two passwords differ.")
    return password


def _from_argument(value: str) -> str:
    print("Warning: other users of this machine can see a password given as an argument.", file=sys.stderr)
    return _checked(value)


def _from_environment() -> str | None:
    value, file, command = (os.environ.get(name) for name in _ENVIRONMENT)
    if value is not None:
        return _checked(value)
    if file:
        return _from_file(file)
    return _from_command(command) if command else None


def _from_file(path: str) -> str:
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return _checked(file.readline().rstrip("\r\n"))
    except (OSError, UnicodeError) as error:
        raise BcperError(f"The password file {path} cannot be read.") from error


def _from_command(command: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in _ENVIRONMENT}
    try:
        done = subprocess.run(
            shlex.split(command), stdout=subprocess.PIPE, env=environment, timeout=60, check=True, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise BcperError("The password command failed.", "Run it by hand to see why.") from error
    return _checked(done.stdout.partition("\n")[0].rstrip("\r"))


def _checked(password: str) -> str:
    if not password:
        raise UsageError("The password is empty.")
    return password
