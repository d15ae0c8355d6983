"""Commits that predictions share, with lanes of our own: who is told what, when, and how often."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread

import pytest

from service.prediction.record import Fresh, fresh
from service.storage.group_commit import CommitGroup, GroupCommitter
from tests.service.storage.test_history import row

ONE: Fresh = fresh(row())


class OnAThread:
    """A lane on a thread, whose disk can be held."""

    def __init__(self) -> None:
        self.disk = Event()
        self.disk.set()
        self.groups: list[CommitGroup] = []
        self._orders: SimpleQueue[tuple[GroupCommitter, asyncio.AbstractEventLoop] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def begin(self, commits: GroupCommitter) -> None:
        """See `CommitWriter`."""
        self._orders.put((commits, asyncio.get_running_loop()))

    def close(self) -> None:
        """End it while there is still a loop to tell."""
        self._orders.put(None)
        self._thread.join()

    def _work(self) -> None:
        while order := self._orders.get():
            commits, loop = order
            while group := commits.next_group(self):
                self.disk.wait()
                self.groups.append(group)
                loop.call_soon_threadsafe(commits.tell, group, None)
            loop.call_soon_threadsafe(commits.rest, self)


class Held:
    """A lane on the loop, which ends a commit when it is told to."""

    def __init__(self) -> None:
        self.group: CommitGroup | None = None

    def begin(self, commits: GroupCommitter) -> None:
        """See `CommitWriter`."""
        self.group = commits.next_group(self)

    def end(self, commits: GroupCommitter) -> None:
        """What is under way is committed."""
        done, self.group = self.group, commits.next_group(self)
        assert done
        commits.tell(done, None)
        if self.group is None:
            commits.rest(self)


def put(commits: GroupCommitter, count: int, told: list[str | None]) -> None:
    """So many rows."""
    for _ in range(count):
        commits.enqueue(ONE, told.append)


def test_each_row_is_committed_once_and_told_once_whatever_thread_takes_it() -> None:
    async def scenario() -> None:
        lane, told = OnAThread(), Counter[tuple[int, str | None]]()

        def note(number: int, failure: str | None) -> None:
            told[number, failure] += 1

        commits = GroupCommitter([lane], 5, lambda _: None)
        rows = [Fresh(str(number), "", {}) for number in range(20_000)]
        for number, each in enumerate(rows):
            commits.enqueue(each, partial(note, number))
            if number % 7 == 0:
                await asyncio.sleep(0)
        await commits.drain()
        lane.close()
        stored = [each.name for group in lane.groups for each in group.rows]
        assert sorted(stored, key=int) == [each.name for each in rows]
        assert told == Counter((number, None) for number in range(len(rows)))

    asyncio.run(scenario())


@pytest.mark.parametrize(("first", "under_way"), [(3, [2, 3]), (40, [40])])
def test_on_two_lanes_commits_of_few_rows_overlap_and_of_many_do_not(first: int, under_way: list[int]) -> None:
    async def scenario() -> None:
        lanes, told = (Held(), Held()), list[str | None]()
        commits = GroupCommitter(lanes, 5, lambda _: None)
        for rows in (first, 2):
            put(commits, rows, told)
            await asyncio.sleep(0.01)
        assert sorted(len(lane.group.rows) for lane in lanes if lane.group) == under_way
        while busy := [lane for lane in lanes if lane.group]:
            busy[0].end(commits)
            await asyncio.sleep(0.01)
        assert told == [None] * (first + 2)

    asyncio.run(scenario())


def test_a_disk_that_stands_still_is_told_to_all_who_wait_and_serves_again_when_it_moves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        lane, told, late = OnAThread(), list[str | None](), list[str | None]()
        commits = GroupCommitter([lane], 0.1, lambda _: None)
        lane.disk.clear()
        put(commits, 2, told)
        await asyncio.sleep(0.05)
        put(commits, 3, told)
        await asyncio.sleep(1)
        assert told == ["no commit ended within 0.1 s"] * 5
        lane.disk.set()
        await asyncio.sleep(0.1)
        put(commits, 1, late)
        await commits.drain()
        assert late == [None]
        put(commits, 1, late)  # who comes after all is told as well
        await asyncio.sleep(0.1)
        lane.close()
        assert late == [None, None]
        assert len(told) == 5
        assert [record.message.split()[0] for record in caplog.records] == ["2", "3"]

    started = datetime.now(UTC)
    asyncio.run(scenario())
    assert (datetime.now(UTC) - started).total_seconds() < 10
