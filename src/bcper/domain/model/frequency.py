"""When a job runs. A placeholder for the catalogue's types: the real one takes its place."""

import attrs


@attrs.frozen
class Frequency:
    """A schedule with a name."""

    id: str
    name: str
    schedule: str
