"""What the original had, one by one. What has no use at all raises UsageError; less becomes a note."""

from collections.abc import Iterator
from typing import Any, Literal, TypeVar

from bcper.adapters.config_json.problem import found, quoted
from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Frequency, Once, Schedule
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.names import safe_name
from bcper.domain.model.paths import check_absolute, check_text
from bcper.domain.model.stores import Store, check_store
from bcper.domain.model.targets import Item, Vault
from bcper.domain.policy.cron import parse_cron
from bcper.domain.policy.whole import whole_frequency, whole_item, whole_job, whole_vault

Owner = tuple[Literal["item", "vault"], str]
"""Whose password it is."""

Target = TypeVar("Target", Item, Vault)


class Taken:
    """What is collected on the way: notes, and passwords, which no repr shows."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.notes: list[str] = []
        self.passwords: dict[Owner, str] = {}

    def note(self, sentence: str) -> None:
        """A sentence for a person."""
        self.notes.append(sentence)


def take_item(name: str, entry: dict[str, Any], taken: Taken) -> Item:
    """An item; raises UsageError when no path of it can be used."""
    of = f"the item {quoted(name)}"
    _no_others(entry, ("key", "paths", "password", "bcpignore"), of, taken)
    paths = tuple(_paths(entry.get("paths"), of, taken))
    item = Item(name, paths, _ignore(entry, of, taken), has_password=bool(entry.get("password")))
    return _with_password(("item", name), whole_item(item), entry, taken)


def take_vault(name: str, entry: dict[str, Any], taken: Taken) -> Vault:
    """A vault; names in it that cannot be names are left out."""
    of = f"the vault {quoted(name)}"
    _no_others(entry, ("name", "item_keys", "password", "bcpignore"), of, taken)
    names = tuple(dict.fromkeys(_names(entry.get("item_keys"), of, taken)))
    vault = Vault(name, names, _ignore(entry, of, taken), has_password=bool(entry.get("password")))
    return _with_password(("vault", name), whole_vault(vault), entry, taken)


def take_store(name: str, entry: dict[str, Any], taken: Taken) -> Store:
    """A store; raises UsageError for another type, and for a place that cannot be used."""
    _no_others(entry, ("name", "type", "path", "remote"), f"the store {quoted(name)}", taken)
    path = _text(entry, "path", "")
    if _text(entry, "type") == "local":
        return check_store(Store(name, "local", _absolute(path, taken.home)))
    if entry["type"] == "rclone":
        # The original took "remote", "remote:" and "remote:folder" alike.
        remote, _, folder = _text(entry, "remote").partition(":")
        return check_store(Store(name, "rclone", "/".join(filter(None, (folder, path))), remote))
    raise UsageError("Its type is neither 'local' nor 'rclone'.")


def take_frequency(key: str, entry: dict[str, Any], taken: Taken) -> Frequency:
    """A frequency; raises UsageError for a cron that is refused."""
    _no_others(entry, ("id", "name", "cron"), f"the frequency {quoted(key)}", taken)
    cron = _text(entry, "cron")
    schedule: Schedule = Once() if cron.strip().lower() == "once" else parse_cron(cron)
    return whole_frequency(Frequency(key, _text(entry, "name", key), schedule))


def take_job(key: str, entry: dict[str, Any], taken: Taken) -> Job:
    """A job; raises UsageError when it does not say what is backed up where and when."""
    known = ("id", "name", "target_type", "target_name", "store_name", "frequency_id")
    of = f"the job {quoted(key)}"
    _no_others(entry, (*known, "keep_last", "enabled", "last_run", "next_run"), of, taken)
    kind = _text(entry, "target_type")
    if kind not in ("item", "vault"):
        raise UsageError("Its target_type is neither 'item' nor 'vault'.")
    keep = entry.get("keep_last", 3)
    if type(keep) is not int or keep < 0:
        taken.note(f"The keep_last of {of} is {found(keep)}; all its runs are kept until you say otherwise.")
        keep = 0
    enabled = entry.get("enabled", True)
    if enabled not in (True, False):  # 0 and 1 as well
        taken.note(f"The 'enabled' of {of} is {found(enabled)}; it is taken for true.")
    return whole_job(
        Job(
            key,
            _text(entry, "name"),
            "item" if kind == "item" else "vault",
            _text(entry, "target_name"),
            _text(entry, "store_name"),
            _text(entry, "frequency_id"),
            Keep(keep),
            enabled != 0,
        )
    )


def _with_password(owner: Owner, target: Target, entry: dict[str, Any], taken: Taken) -> Target:
    password = entry.get("password")
    if not password:
        return target
    if isinstance(password, str) and _can_be_encoded(password):
        taken.passwords[owner] = password
    else:
        taken.note(f"The password of the {owner[0]} {quoted(owner[1])} is no valid text; set it anew.")
    return target


def _can_be_encoded(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_others(entry: dict[str, Any], known: tuple[str, ...], of: str, taken: Taken) -> None:
    unknown = [quoted(key) for key in entry if key not in known]
    if unknown:
        taken.note(f"In {of}, what is unknown is left out: {', '.join(unknown)}.")


def _text(entry: dict[str, Any], key: str, default: str | None = None) -> str:
    value = entry.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise UsageError(f"Its {key} is {found(value)} and no text.")
    return value


def _texts(raw: object, what: str, of: str, taken: Taken) -> Iterator[str]:
    """The texts in a list, or the lines of a text."""
    for each in raw if isinstance(raw, list) else raw.splitlines() if isinstance(raw, str) else ():
        if isinstance(each, str):
            yield each
        else:
            taken.note(f"In {of}, {what} that is {found(each)} is left out.")
    if raw is not None and not isinstance(raw, list | str):
        taken.note(f"In {of}, {what} that is {found(raw)} is left out.")


def _ignore(entry: dict[str, Any], of: str, taken: Taken) -> tuple[str, ...]:
    lines = []
    for line in _texts(entry.get("bcpignore"), "a pattern", of, taken):
        try:
            lines.append(check_text(line))
        except UsageError as error:
            taken.note(f"In {of}, a pattern is left out. {error}")
    return tuple(line for line in lines if line)


def _paths(raw: object, of: str, taken: Taken) -> Iterator[str]:
    for path in _texts([raw] if isinstance(raw, str) else raw, "a path", of, taken):
        try:
            yield _absolute(path, taken.home)
        except UsageError as error:
            taken.note(f"In {of}, a path is left out. {error}")


def _absolute(path: str, home: str) -> str:
    if path == "~" or path.startswith("~/"):
        path = home + path[1:]
    return check_absolute(path)


def _names(raw: object, of: str, taken: Taken) -> Iterator[str]:
    for name in _texts(raw, "an item", of, taken):
        try:
            safe_name(name)
        except UsageError as error:
            taken.note(f"In {of}, an item is left out. {error}")
        else:
            yield name
