"""Names of blobs, of entries for the eye, of roots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.errors import Damaged, UsageError
from bcper.domain.model.names import check_blob_name, printable, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [("Fotos 2026", "Fotos_2026"), (".hidden", "_hidden"), ("a:b", "a_b"), ("Müller", "Müller")],
)
def test_names_stay_readable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "  ", ".", "..", "a/b", "a\0b", "a\nb", "\x7f"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        safe_name(name)


@given(st.text(min_size=1, max_size=300))
def test_a_safe_name_is_one_clean_component(name: str) -> None:
    try:
        safe = safe_name(name)
    except UsageError:
        return
    assert check_blob_name(safe) == safe
    assert not safe.startswith(".")
    assert 0 < len(safe.encode()) <= 100


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "../a", "a/./b", "a\0"])
def test_unclean_blob_names_are_damage(name: str) -> None:
    with pytest.raises(Damaged):
        check_blob_name(name)


@given(st.binary(max_size=40))
def test_what_is_shown_has_no_control_characters(raw: bytes) -> None:
    assert printable(raw).isprintable()


def test_stray_bytes_and_newlines_are_escaped() -> None:
    assert printable(b"bad\xff\n\x1b[31m") == "bad\\xff\\n\\x1b[31m"
