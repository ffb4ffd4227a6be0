"""The rule by which a bucket lets our pages in: to read files there, and to bring them.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
"""

import json
import logging
from typing import Any

from botocore.exceptions import ClientError

from mediaweb.storage.s3_bucket import FAILURES, Bucket, code_of, describe, is_passing, status_of

log = logging.getLogger(__name__)

RULE_ID = "mediaweb"
METHODS = ("GET", "HEAD", "PUT")
#: MinIO lets every page in and has no rules to be changed; its words for that.
WITHOUT_RULES = frozenset({"NotImplemented", "MethodNotAllowed", "501"})


def let_browsers_in(bucket: Bucket, origin: str | None) -> None:
    """See to it that pages of our origin (None: not known, any) may read and bring files.

    Rules that others have made stay. Where it can't be done the log says what to set: without it, uploads go
    through us.
    """
    rule = make_rule(origin)
    try:
        rules = _read_rules(bucket)
        if any(_covers(known, rule) for known in rules):
            return
        others = [known for known in rules if known.get("ID") != RULE_ID]
        bucket.call_once("put_bucket_cors", CORSConfiguration={"CORSRules": [*others, rule]})
    except FAILURES as error:
        if code_of(error) in WITHOUT_RULES or status_of(error) == 501 or is_passing(error):
            return
        log.warning(
            "S3: the bucket's CORS rules can't be set (%s), so browsers may have to send files through the "
            "library. Allow s3:GetBucketCORS and s3:PutBucketCORS, or set this rule yourself: %s",
            describe(error),
            json.dumps({"CORSRules": [rule]}),
        )


def make_rule(origin: str | None) -> dict[str, Any]:
    """Return the rule as S3 takes it. An address is signed: which page it is used on guards nothing."""
    return {
        "ID": RULE_ID,
        "AllowedMethods": list(METHODS),
        "AllowedOrigins": [origin or "*"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3600,
    }


def _read_rules(bucket: Bucket) -> list[dict[str, Any]]:
    try:
        rules: list[dict[str, Any]] = bucket.call_once("get_bucket_cors").get("CORSRules", [])
    except ClientError as error:
        if code_of(error) not in ("NoSuchCORSConfiguration", "404"):
            raise
        return []
    return rules


def _covers(known: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Tell whether a rule that is there allows all that is wanted."""
    if not set(wanted["AllowedMethods"]) <= set(known.get("AllowedMethods", ())):
        return False
    origins, headers = known.get("AllowedOrigins", ()), known.get("AllowedHeaders", ())
    return bool({"*", *wanted["AllowedOrigins"]}.intersection(origins)) and "*" in headers
