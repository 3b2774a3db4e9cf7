"""Sizes as they are typed."""

import pytest

from bcper.apps.cli.grammar.base import number_of_bytes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("100", 100),
        ("100B", 100),
        ("64K", 64 << 10),
        ("64 kb", 64 << 10),
        ("256M", 256 << 20),
        ("1.5GiB", 3 << 29),
        (" 2t ", 2 << 40),
    ],
)
def test_a_size_is_a_number_with_a_unit(text: str, size: int) -> None:
    assert number_of_bytes(text) == size


@pytest.mark.parametrize("text", ["5X", "1e999", "nan", "inf", "x", "", "M", "5MM", "1 2", "5Ü"])
def test_anything_else_is_a_value_error_which_argparse_knows(text: str) -> None:
    with pytest.raises(ValueError):
        number_of_bytes(text)
