"""How many examples Hypothesis tries: few in the suite, which is run often; many when somebody has time.

pytest --hypothesis-profile=thorough tests/unit
"""

from hypothesis import settings

SUITE, THOROUGH = "suite", "thorough"
_TIMES = 20


def register() -> None:
    """Make the profiles known, and the suite's the one that counts unless another is asked for."""
    settings.register_profile(SUITE, max_examples=50, deadline=None, print_blob=True)
    settings.register_profile(THOROUGH, settings.get_profile(SUITE), max_examples=50 * _TIMES)
    settings.load_profile(SUITE)


def examples(count: int) -> int:
    """``count`` in the suite, and as many more as are wanted otherwise."""
    return count * _TIMES if settings.get_current_profile_name() == THOROUGH else count
