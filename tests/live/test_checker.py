"""The checker of `/ws/media` at a size for every day; see `checker.py` for the large one."""

import os
from collections.abc import Callable
from pathlib import Path

import redis

from tests.conftest import skip_or_fail
from tests.live.checker import Plan, check

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def test_clients_that_come_and_go_hear_exactly_what_they_may_on_sqlite(tmp_path: Path) -> None:
    finding = check(tmp_path, Plan(clients=12, writers=4, changes=250))
    assert finding.wrong == []
    assert finding.visits > 12


def test_clients_that_come_and_go_hear_exactly_what_they_may_on_postgresql_and_redis(
    tmp_path: Path, postgres_database: str, empty_postgres: Callable[[str], None]
) -> None:
    try:
        redis.Redis.from_url(REDIS_URL).ping()
    except redis.ConnectionError as error:
        skip_or_fail(f"no Redis at TEST_REDIS_URL ({REDIS_URL}): {error}")
    empty_postgres(postgres_database)
    plan = Plan(12, writers=8, changes=250, database_url=postgres_database, redis_url=REDIS_URL)
    finding = check(tmp_path, plan)
    assert finding.wrong == []
    assert finding.visits > 12
