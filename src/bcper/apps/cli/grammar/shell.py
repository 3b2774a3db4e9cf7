"""``bcper-cli shell …``: its verbs."""

import argparse

from bcper.apps.cli.grammar.base import verb, verbs_of


def add(noun: argparse.ArgumentParser) -> None:
    """Its verbs."""
    verbs = verbs_of(noun)
    completion = verb(verbs, "completion", "print a completion script", "shell completion bash")
    completion.add_argument("shell", choices=["bash", "zsh", "fish"])

    names = verb(verbs, "names", "print names, for completion", "shell names item")
    names.add_argument("kind", choices=["item", "vault", "store", "remote", "frequency", "job"])
