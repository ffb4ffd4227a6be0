"""Addresses that a store serves to whoever has them, for a while: AWS Signature Version 4 in the query.

By hand: a list of a thousand media has five thousand addresses, and boto3 takes seconds for so many.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(Protocol):
    """What botocore calls frozen credentials."""

    access_key: str
    secret_key: str
    token: str | None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What an address is to allow: this method, key and query, for so long from `signed_at` (UTC) on."""

    method: str
    key: str
    query: dict[str, str]
    signed_at: datetime
    expires_in_seconds: int


class Presigner:
    """Signs requests to one bucket, whose address (`https://host/bucket`) browsers can reach."""

    def __init__(self, bucket_url: str, region: str) -> None:
        self._start = bucket_url
        self._region = region
        parts = urlsplit(bucket_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.netloc
        self._path = parts.path

    def sign(self, request: SignedRequest, credentials: Credentials) -> str:
        """Return the address that makes the request."""
        time = f"{request.signed_at:%Y%m%dT%H%M%SZ}"
        date = time[:8]
        scope = f"{date}/{self._region}/s3/aws4_request"
        query = request.query | {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{credentials.access_key}/{scope}",
            "X-Amz-Date": time,
            "X-Amz-Expires": str(request.expires_in_seconds),
            "X-Amz-SignedHeaders": "host",
        }
        if credentials.token:
            query["X-Amz-Security-Token"] = credentials.token
        written = "&".join(f"{name}={quote(query[name], safe='')}" for name in sorted(query))
        path = f"{self._path}/{request.key}"  # nothing in our keys has to be quoted
        canonical = f"{request.method}\n{path}\n{written}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = _signing_key(credentials.secret_key, date, self._region)
        signature = hmac.digest(key, f"{ALGORITHM}\n{time}\n{scope}\n{digest}".encode(), "sha256").hex()
        return f"{self._start}/{request.key}?{written}&X-Amz-Signature={signature}"


@lru_cache(8)
def _signing_key(secret_key: str, date: str, region: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in (date, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
