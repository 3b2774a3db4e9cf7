"""The password of an item or a vault, in its editor: what becomes of it is shown, itself never."""

from typing import Literal

import attrs

from bcper.apps.gui.presenters.fields import FieldError, error_of
from bcper.domain.model.passwords import check_password
from bcper.domain.model.requests.targets import PasswordChange

Plan = Literal["none", "kept", "new", "removed"]
"""No password; the one that is there; another one from now on; none any more."""


@attrs.frozen
class PasswordField:
    """``place`` says where the password that is there is kept, empty without one."""

    plan: Plan = "none"
    place: str = ""
    error: FieldError | None = None

    @property
    def has(self) -> bool:
        """Whether there is one afterwards."""
        return self.plan in ("kept", "new")


class NewPassword:
    """What was typed. ``value`` is ``None`` until two times the same good password was."""

    def __init__(self) -> None:
        self.value: str | None = None

    def typed(self, field: PasswordField, password: str, again: str) -> PasswordField:
        """Another password, typed twice."""
        self.value = None
        error = error_of(check_password, password) if password else FieldError("Give a password.")
        if error is None and password != again:
            error = FieldError("The two passwords differ.")
        if error is None:
            self.value = check_password(password)
        return PasswordField("new", field.place, error)

    def kept(self, field: PasswordField) -> PasswordField:
        """As it was before."""
        self.value = None
        return PasswordField("kept" if field.place else "none", field.place)

    def removed(self, field: PasswordField) -> PasswordField:
        """None from now on; backups made until now stay readable with theirs."""
        self.value = None
        return PasswordField("removed" if field.place else "none", field.place)

    def change(self, field: PasswordField) -> PasswordChange | None:
        """What is to be asked for."""
        return PasswordChange(self.value) if field.plan in ("new", "removed") else None

    def __repr__(self) -> str:
        return "<NewPassword>"


def there(place: str, *, has: bool) -> PasswordField:
    """The field of what exists."""
    return PasswordField("kept", place or "the secret store") if has else PasswordField()
