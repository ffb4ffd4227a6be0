"""The verbs: each takes an actor, changes rows and records an event in one transaction."""

from mediaweb.services.filters import Condition, ConditionGroup, FilterOperator, QueryFilter
from mediaweb.services.media import MediaService, media_service

__all__ = [
    "Condition",
    "ConditionGroup",
    "FilterOperator",
    "MediaService",
    "QueryFilter",
    "media_service",
]
