"""Work that is done for several callers at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mediaweb.concurrency import GroupCommit

CALLERS = 8


def run_together(submit: Callable[[int], int]) -> list[int]:
    """Call from eight threads at the same time, with 0 to 7."""
    barrier = threading.Barrier(CALLERS)

    def call(number: int) -> int:
        barrier.wait()
        return submit(number)

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(call, range(CALLERS)))


def test_each_caller_gets_its_own_outcome() -> None:
    group = GroupCommit[int, int](lambda numbers: [number * 10 for number in numbers])
    assert run_together(group.submit) == [number * 10 for number in range(CALLERS)]


def test_those_who_arrive_meanwhile_are_done_together() -> None:
    sizes: list[int] = []

    def work(numbers: list[int]) -> list[int]:
        sizes.append(len(numbers))
        time.sleep(0.05)
        return numbers

    run_together(GroupCommit[int, int](work).submit)
    assert sum(sizes) == CALLERS
    assert len(sizes) < CALLERS


def test_an_outcome_that_is_an_error_is_raised_to_its_caller_only() -> None:
    def work(numbers: list[int]) -> list[int | BaseException]:
        return [ValueError(number) if number % 2 else number for number in numbers]

    def submit(number: int) -> int:
        try:
            return group.submit(number)
        except ValueError:
            return -number

    group = GroupCommit[int, int](work)
    assert run_together(submit) == [-number if number % 2 else number for number in range(CALLERS)]


def test_after_an_error_of_the_whole_group_the_next_one_works() -> None:
    failures = [OSError("the disk")]

    def work(numbers: list[int]) -> list[int]:
        if failures:
            raise failures.pop()
        return numbers

    group = GroupCommit[int, int](work)
    with pytest.raises(OSError, match="the disk"):
        group.submit(1)
    assert group.submit(2) == 2
