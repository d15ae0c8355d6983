"""Commits that records share, with writers of our own: who learns what, when, and how often."""

import asyncio
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Event, Thread

import pytest

from service.errors import HistoryUnavailableError
from service.prediction.record import IdempotencyKey, PendingRecord, pending
from service.storage.group_commit import CommitGroup, GroupCommitter
from tests.service.champions import row

ONE: PendingRecord = pending(row())


class ThreadWriter:
    """A writer on a thread, whose disk can be stopped."""

    def __init__(self) -> None:
        self.disk = Event()
        self.disk.set()
        self.groups: list[CommitGroup] = []
        self._starts: SimpleQueue[tuple[GroupCommitter, asyncio.AbstractEventLoop] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def start(self, committer: GroupCommitter) -> None:
        """See `CommitWriter`."""
        self._starts.put((committer, asyncio.get_running_loop()))

    def close(self) -> None:
        """End it while there is still a loop to call."""
        self._starts.put(None)
        self._thread.join()

    def _work(self) -> None:
        while start := self._starts.get():
            committer, loop = start
            while group := committer.next_group(self):
                self.disk.wait()
                self.groups.append(group)
                loop.call_soon_threadsafe(committer.finish, group)
            loop.call_soon_threadsafe(committer.idle, self)


class ManualWriter:
    """A writer on the loop, which ends a commit when the test says so."""

    def __init__(self) -> None:
        self.group: CommitGroup | None = None

    def start(self, committer: GroupCommitter) -> None:
        """See `CommitWriter`."""
        self.group = committer.next_group(self)

    def end(self, committer: GroupCommitter) -> None:
        """Commit the group under way."""
        done, self.group = self.group, committer.next_group(self)
        assert done
        committer.finish(done)
        if self.group is None:
            committer.idle(self)


def test_each_record_is_committed_once_whatever_thread_takes_it() -> None:
    async def scenario() -> None:
        writer = ThreadWriter()
        committer = GroupCommitter([writer], 5, lambda _: None)
        records = [PendingRecord(str(number), "", {}) for number in range(20_000)]
        futures = []
        for number, each in enumerate(records):
            futures.append(committer.enqueue(each))
            if number % 7 == 0:
                await asyncio.sleep(0)
        await committer.drain()
        writer.close()
        stored = [each.id for group in writer.groups for each in group.records]
        assert sorted(stored, key=int) == [each.id for each in records]
        assert all(future.result() for future in futures)

    asyncio.run(scenario())


@pytest.mark.parametrize(("first", "in_progress"), [(3, [2, 3]), (40, [40])])
def test_small_commits_of_two_writers_overlap_and_large_ones_do_not(first: int, in_progress: list[int]) -> None:
    async def scenario() -> None:
        writers = (ManualWriter(), ManualWriter())
        committer = GroupCommitter(writers, 5, lambda _: None)
        futures = []
        for rows in (first, 2):
            futures += [committer.enqueue(ONE) for _ in range(rows)]
            await asyncio.sleep(0.01)
        assert sorted(len(writer.group.records) for writer in writers if writer.group) == in_progress
        while busy := [writer for writer in writers if writer.group]:
            busy[0].end(committer)
            await asyncio.sleep(0.01)
        assert [future.result() for future in futures] == [True] * (first + 2)

    asyncio.run(scenario())


def test_a_group_has_each_idempotency_key_once_and_keeps_the_order_of_the_others() -> None:
    async def scenario() -> None:
        writer = ThreadWriter()
        committer = GroupCommitter([writer], 5, lambda _: None)
        a, b = IdempotencyKey("", "a"), IdempotencyKey("", "b")
        records = [PendingRecord(str(n), "", {}, None, key) for n, key in enumerate((a, b, a, None, a, None))]
        for record in records:
            committer.enqueue(record)
        await committer.drain()
        writer.close()
        assert [[each.id for each in group.records] for group in writer.groups] == [["0", "1", "3", "5"], ["2"], ["4"]]

    asyncio.run(scenario())


def test_a_disk_that_stands_still_fails_all_who_wait_and_serves_again_when_it_moves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        writer = ThreadWriter()
        committer = GroupCommitter([writer], 0.1, lambda _: None)
        writer.disk.clear()
        futures = [committer.enqueue(ONE) for _ in range(2)]
        await asyncio.sleep(0.05)
        futures += [committer.enqueue(ONE) for _ in range(3)]
        told = await asyncio.wait_for(asyncio.gather(*futures, return_exceptions=True), 5)
        assert [type(error) for error in told] == [HistoryUnavailableError] * 5
        assert {str(error) for error in told} == {"no commit ended within 0.1 s"}
        writer.disk.set()
        await asyncio.sleep(0.1)
        late = committer.enqueue(ONE)
        await committer.drain()
        assert late.result() is True
        assert await committer.enqueue(ONE) is True  # after `drain` as well
        writer.close()
        assert [record.message.split()[0] for record in caplog.records] == ["2", "3"]

    started = datetime.now(UTC)
    asyncio.run(scenario())
    assert (datetime.now(UTC) - started).total_seconds() < 10
