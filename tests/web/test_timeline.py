"""The timeline: months with media, in the order of the list, each a way into the gallery."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mediaweb.extensions import db
from mediaweb.services import Condition, FilterOperator, QueryFilter
from mediaweb.services.access import ANONYMOUS, SYSTEM
from mediaweb.services.cameras import list_cameras
from mediaweb.services.filters import MediaField
from mediaweb.services.timeline import count_months
from mediaweb.web import timeline
from tests.services.library import add_media
from tests.web.pages import HTML, read_page


def on(year: int, month: int) -> datetime:
    return datetime(year, month, 15, tzinfo=UTC)


def count(session: Session, order_by: MediaField, *conditions: Condition) -> dict[str, int]:
    query = QueryFilter(order_by=order_by, conditions=conditions)
    return {f"{each.month:%Y-%m}": each.count for each in count_months(session, query, ANONYMOUS)}


def test_months_are_counted_under_the_filters_and_the_sight(session: Session) -> None:
    assert count(session, MediaField.CREATED_AT) == {}
    add_media(
        session,
        [
            {"created_at": on(2024, 12), "taken_at": on(2019, 1), "camera": "B 2"},
            {"created_at": on(2024, 12), "taken_at": None, "camera": "A 1"},
            {"created_at": on(2025, 1), "taken_at": on(2019, 1), "file_type": "video"},
            {"created_at": on(2026, 3), "taken_at": on(9999, 12), "camera": "B 2"},
            {"created_at": on(2026, 3), "taken_at": on(2020, 1), "is_public": False, "camera": "C 3"},
        ],
    )
    assert count(session, MediaField.CREATED_AT) == {"2024-12": 2, "2025-01": 1, "2026-03": 1}
    assert count(session, MediaField.TAKEN_AT) == {"2019-01": 2}  # a clock that says 9999 is wrong
    images = Condition(field=MediaField.FILE_TYPE, operator=FilterOperator.EQ, value="image")
    cameras = Condition(field=MediaField.CAMERA, operator=FilterOperator.EQ, value="B 2")
    assert count(session, MediaField.CREATED_AT, images) == {"2024-12": 2, "2026-03": 1}
    assert count(session, MediaField.CREATED_AT, images, cameras) == {"2024-12": 1, "2026-03": 1}
    assert count(session, MediaField.TAKEN_AT, cameras) == {"2019-01": 1}
    assert list_cameras(session, ANONYMOUS) == ["A 1", "B 2"]
    assert list_cameras(session, SYSTEM) == ["A 1", "B 2", "C 3"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_month_leads_to_its_media(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        moments = (on(2024, 12), on(2025, 1), on(2025, 1), on(2026, 3))
        ids = add_media(db.session(), ({"created_at": moment} for moment in moments))
    assert "4 media, by the month they were uploaded" in read_page(client, "/timeline")
    page = client.get("/timeline?type=image", headers=HTML).get_data(as_text=True)
    addresses = [unescape(address) for address in re.findall(r'class="timeline__month" href="([^"]*)"', page)]
    assert addresses == [f"/?type=image&at={month}" for month in ("2026-03", "2025-01", "2024-12")]
    gallery = client.get(addresses[1], headers=HTML).get_data(as_text=True)
    assert re.findall(r'<li id="media-(\d+)"', gallery) == [str(ids[place]) for place in (2, 1, 0)]
    assert 'rel="prev"' in gallery
    # A list that no time orders has the months of its uploads; a short one needs no strip to jump by.
    assert "by the month they were uploaded" in read_page(client, "/timeline?sort=name")
    assert client.get("/timeline", headers={"HX-Request": "true"}).status_code == 204
    monkeypatch.setattr(timeline, "LEAST_MEDIA", 3)
    strip = client.get("/timeline?order=asc", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert re.findall(r'data-month="([^"]*)"', strip) == ["2024-12", "2025-01", "2026-03"]
    assert "No months yet" in read_page(client, "/timeline?type=audio")
