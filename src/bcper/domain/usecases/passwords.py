"""Changing passwords of items and vaults."""

from contextlib import suppress

from bcper.domain.errors import BcperError
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.targets import PasswordChange
from bcper.ports.secrets import Secrets


def change_password(secrets: Secrets, owner: Owner, change: PasswordChange | None, had: bool) -> bool:
    """Set, change or take away; whether ``owner`` has a password afterwards.

    A password that is replaced or taken away stays in the secret store, so that old runs can be opened.
    Raises UsageError for one that cannot be.
    """
    if change is None:
        return had
    if change.password is None:
        secrets.forget(owner)
        return False
    secrets.set(owner, change.password)
    return True


def copy_passwords(secrets: Secrets, owner: Owner, new_owner: Owner) -> None:
    """Give ``new_owner`` all that ``owner`` has, before the new name is saved.

    Wherever that stops it can be done again, and the passwords are there under the name that is configured.
    """
    current, earlier = secrets.get(owner), secrets.earlier(owner)
    for password in (*reversed(earlier), *(() if current is None else (current,))):
        secrets.set(new_owner, password)
    if current is None and earlier:
        secrets.forget(new_owner)


def retire_passwords(secrets: Secrets, owner: Owner) -> None:
    """Once a new name is saved: what ``owner`` had is kept as earlier passwords of it, as the runs made until
    now say that name, in manifests that nobody rewrites, and are opened by it.
    """
    # Left undone it does no harm: a password counts only where the catalogue says that there is one.
    with suppress(BcperError):
        secrets.forget(owner)
