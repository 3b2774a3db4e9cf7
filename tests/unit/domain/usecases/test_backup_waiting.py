"""What a run tells while its store takes what was made (usecases/backup_waiting.py)."""

from collections.abc import Callable

from bcper.adapters.memory.progress import RecordingProgress
from bcper.domain.model.progress import Progress
from bcper.domain.usecases.backup_tally import Tally
from bcper.domain.usecases.backup_waiting import Waiting
from bcper.ports.blob_store import Traffic


def told(location: str, traffic: Callable[[], Traffic | None]) -> list[Progress]:
    sink, tally = RecordingProgress(), Tally(traffic=traffic)
    tally.done = tally.read = 7
    waiting = Waiting(tally, sink, location)
    waiting()
    waiting.all_made()
    waiting()
    return sink.steps


def test_on_a_remote_it_is_said_what_has_gone_there_and_in_the_end_nothing_else_counts() -> None:
    sent = iter((3, 5, 9))
    made = told("gdrive:Backups/laptop", lambda: Traffic(next(sent), 10))
    assert [(each.step, each.sent, each.to_send) for each in made] == [
        ("Backing up", 3, 10),
        ("Uploading to gdrive", 5, 10),
        ("Uploading to gdrive", 9, 10),
    ]
    assert [(each.done, each.total) for each in made[1:]] == [(5, 10), (9, 10)]


def test_in_a_folder_nothing_is_sent() -> None:
    made = told("/mnt/disk", lambda: None)
    assert [each.step for each in made] == ["Backing up", "Writing the index", "Writing the index"]
    assert {(each.sent, each.to_send) for each in made} == {(None, None)}
    assert (made[1].done, made[1].total) == (7, 7)
