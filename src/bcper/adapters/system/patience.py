"""Questions in threads: a mounted disk whose server is gone never answers stat(2)."""

from collections.abc import Callable

from bcper.adapters.patience import Patient


class ThreadPatience:
    """See :class:`~bcper.ports.patience.Patience`; waits ``seconds``."""

    def __init__(self, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._patients: dict[str, Patient] = {}

    def __call__(self, key: str, ask: Callable[[], bool]) -> bool | None:
        """See the port."""
        patient = self._patients.setdefault(
            key, Patient(self._seconds, TimeoutError, name="bcper-store", queue=False)
        )
        try:
            return bool(patient(ask))
        except TimeoutError:
            return None
