"""What keeps a bucket from being used, found at start and told in words that say what to change.

What is wrong with the settings stops the start. A store that can't be reached does not: the library goes on
without it, and uses it as soon as it is there.
"""

import logging
import secrets
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError, NoCredentialsError, PartialCredentialsError, SSLError
from botocore.parsers import ResponseParserError

from mediaweb.errors import StartupError
from mediaweb.storage.s3_bucket import FAILURES, FULL, Bucket, code_of, describe, is_passing, status_of

log = logging.getLogger(__name__)

#: From here on an address that we sign may not work yet, or too short. The store itself refuses 15 minutes.
SKEW_SECONDS = 60
DEFAULT_REGION = "us-east-1"
NO_SUCH_BUCKET = frozenset({"NoSuchBucket", "404"})


def prepare_bucket(bucket: Bucket) -> bool:
    """Make sure that the bucket is there, making it if need be, and that we may use it.

    Returns False if the store can't be reached now. Raises `StartupError`.
    """
    try:
        answer = _list(bucket)
        _check_clock(answer)
        _check_writing(bucket)
    except FAILURES as error:
        if is_passing(error):
            where = bucket.address.endpoint_url or "AWS"
            log.warning(
                "S3: the store at %s can't be reached; going on without it. %s", where, describe(error)
            )
            return False
        raise StartupError(explain(error, bucket)) from error
    return True


def explain(error: Exception, bucket: Bucket) -> str:
    """Return what to change, for what went wrong."""
    address, code = bucket.address, code_of(error)
    where = f"S3_ENDPOINT_URL={address.endpoint_url}" if address.endpoint_url else "AWS"
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "USE_S3=True needs credentials. Set S3_ACCESS_KEY and S3_SECRET_KEY."
    if isinstance(error, SSLError):
        return f"{where} does not speak https with a certificate that this machine trusts: {error}"
    if code == "RequestTimeTooSkewed":
        return (
            f"This machine's clock is wrong: {_tell_skew(error)}the store refuses it. "
            "Set it, for example with NTP."
        )
    if code in ("InvalidAccessKeyId", "InvalidClientTokenId"):
        return f"S3_ACCESS_KEY is not known to {where}. Check it, and that it belongs to this store."
    if code == "SignatureDoesNotMatch":
        return "S3_SECRET_KEY does not belong to S3_ACCESS_KEY. Copy both again, without spaces or quotes."
    if region := _other_region(error):
        start = f"S3_REGION={address.region} is wrong: the bucket {address.name}"
        return f"{start} is in {region}. Set S3_REGION={region}."
    return _explain_bucket(error, bucket)


def _explain_bucket(error: Exception, bucket: Bucket) -> str:
    address, code = bucket.address, code_of(error)
    start = f"S3_BUCKET_NAME={address.name}"
    if code in ("BucketAlreadyExists", "BucketAlreadyOwnedByYou"):
        return f"{start} belongs to somebody else. All users of a store share its names: choose another."
    if code in NO_SUCH_BUCKET and not isinstance(error, ResponseParserError):
        return (
            f"{start}: there is no such bucket. Make it, or let these credentials make it (s3:CreateBucket)."
        )
    if code == "InvalidBucketName":
        return f"{start} is not accepted by the store: use 3 to 63 lower-case letters, digits and hyphens."
    if code in ("AccessDenied", "403", "AllAccessDisabled"):
        return f"{start}: these credentials may not {_tell_use(error)} there. docs/storage.md has the policy."
    where = f"S3_ENDPOINT_URL={address.endpoint_url}" if address.endpoint_url else "AWS"
    return f"{where} does not answer as an S3 store does: {describe(error)}"


def _list(bucket: Bucket) -> dict[str, Any]:
    """Ask for a key, which the answer to a HEAD would not explain; make the bucket where there is none."""
    try:
        return bucket.call_once("list_objects_v2", MaxKeys=1)
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
        _create(bucket, error)
    return bucket.call_once("list_objects_v2", MaxKeys=1)


def _create(bucket: Bucket, missing: ClientError) -> None:
    address = bucket.address
    is_elsewhere = address.endpoint_url is None and address.region != DEFAULT_REGION
    place = {"CreateBucketConfiguration": {"LocationConstraint": address.region}} if is_elsewhere else {}
    try:
        bucket.call_once("create_bucket", **place)
    except ClientError as error:
        if code_of(error) == "BucketAlreadyOwnedByYou":  # another process of ours was faster
            return
        if code_of(error) in ("AccessDenied", "403"):
            raise missing from error
        raise
    log.info("S3: made the bucket %s", address.name)


def _check_writing(bucket: Bucket) -> None:
    """Prove that files can be written, read and deleted. A full store can still be read from."""
    key = f"probe-{secrets.token_hex(8)}"
    try:
        bucket.call_once("put_object", Key=key, Body=b"ok")
    except ClientError as error:
        if code_of(error) not in FULL and status_of(error) != 507:
            raise
        log.warning("S3: the bucket is full: %s", describe(error))
        return
    bucket.call_once("get_object", Key=key)["Body"].close()
    bucket.call_once("delete_object", Key=key)


def _check_clock(answer: dict[str, Any]) -> None:
    skew = _skew_seconds(answer)
    if skew is not None and abs(skew) > SKEW_SECONDS:
        log.warning(
            "S3: this machine's clock is %d seconds %s the store's: signed addresses don't work as long as "
            "they should. Set it, for example with NTP.",
            abs(skew),
            "ahead of" if skew > 0 else "behind",
        )


def _skew_seconds(answer: dict[str, Any]) -> float | None:
    """Return how far our clock is ahead of the store's; None where the store does not tell the time."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        theirs: datetime = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return (datetime.now(UTC) - theirs).total_seconds()


def _tell_skew(error: Exception) -> str:
    skew = _skew_seconds(error.response) if isinstance(error, ClientError) else None
    if skew is None:
        return ""
    return f"it is {abs(skew) / 60:.0f} minutes {'ahead of' if skew > 0 else 'behind'} the store's, and "


def _other_region(error: Exception) -> str | None:
    """Return where the bucket is, if the store says that it is elsewhere."""
    if not isinstance(error, ClientError):
        return None
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = error.response.get("Error", {}).get("Region") or headers.get("x-amz-bucket-region")
    is_about_region = code_of(error) in (
        *("AuthorizationHeaderMalformed", "PermanentRedirect", "301", "400"),
        *("IllegalLocationConstraintException", "InvalidLocationConstraint"),
    )
    return (region or "another region") if is_about_region else None


def _tell_use(error: Exception) -> str:
    operation = error.operation_name if isinstance(error, ClientError) else ""
    return {"PutObject": "write", "GetObject": "read", "DeleteObject": "delete"}.get(operation, "list files")
