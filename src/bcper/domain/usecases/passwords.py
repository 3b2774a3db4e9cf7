"""Changing passwords of items and vaults."""

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


def rename_passwords(secrets: Secrets, owner: Owner, new_owner: Owner) -> None:
    """Hand the passwords over, and keep them as earlier ones of ``owner``: the runs made until now say that
    name, in manifests that nobody rewrites, and are opened by it.
    """
    known = (secrets.get(owner), *secrets.earlier(owner))
    secrets.rename(owner, new_owner)
    for password in reversed(known):
        if password is not None:
            secrets.set(owner, password)
    secrets.forget(owner)
