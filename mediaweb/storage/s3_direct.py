"""Files that browsers bring to the bucket themselves, in parts, each at an address that we have signed."""

from collections.abc import Callable

from mediaweb.errors import PartsMissing, StoredFileNotFound
from mediaweb.storage.keys import check_key
from mediaweb.storage.parts import PartedUpload
from mediaweb.storage.s3_bucket import FAILURES, Bucket, code_of, raise_translated
from mediaweb.storage.s3_uploads import HEADERS

#: Signs a request: method, key, query, for how many seconds.
Sign = Callable[[str, str, dict[str, str], int], str | None]


class DirectUploads:
    """Uploads that reach one bucket without passing through us."""

    def __init__(self, bucket: Bucket, sign: Sign, make_ready: Callable[[], None]) -> None:
        """Take what makes the bucket ready for new files, where the start could not."""
        self._bucket = bucket
        self._sign = sign
        self._make_ready = make_ready

    def begin(self, key: str, size_bytes: int) -> PartedUpload:
        """Announce a file to the store. Raises the contract's errors."""
        self._make_ready()
        answer = self._bucket.call("create_multipart_upload", Key=check_key(key), **HEADERS)
        return PartedUpload(key, answer["UploadId"], size_bytes)

    def part_urls(self, upload: PartedUpload, expires_in_seconds: int) -> list[str]:
        """Return where each part is to be sent by PUT, in order."""
        name = {"uploadId": upload.store_id}
        numbers = range(1, len(upload.part_sizes) + 1)
        signed = (
            self._sign("PUT", upload.key, {**name, "partNumber": str(number)}, expires_in_seconds)
            for number in numbers
        )
        return [url for url in signed if url is not None]

    def complete(self, upload: PartedUpload) -> None:
        """Put the parts together; once that is done, again does nothing.

        Raises `PartsMissing`, having changed nothing, and the contract's errors.
        """
        sent = self._list_parts(upload)
        if sent is None:  # completed by a call whose answer was lost, or aborted
            if self._size_bytes(upload.key) != upload.size_bytes:
                raise StoredFileNotFound
            return
        sizes = upload.part_sizes
        missing = [number for number, size in enumerate(sizes, 1) if sent.get(number, ("", -1))[1] != size]
        if missing or len(sent) > len(sizes):
            raise PartsMissing(missing or sorted(sent)[len(sizes) :])
        parts = [{"PartNumber": number, "ETag": sent[number][0]} for number in sorted(sent)]
        self._bucket.call("complete_multipart_upload", **self._name(upload), MultipartUpload={"Parts": parts})

    def abort(self, upload: PartedUpload) -> None:
        """Drop the parts that were sent; an upload that is over already is left alone."""
        try:
            self._bucket.call_once("abort_multipart_upload", **self._name(upload))
        except FAILURES as error:
            if code_of(error) != "NoSuchUpload":
                raise_translated(error, "abort_multipart_upload")

    def _list_parts(self, upload: PartedUpload) -> dict[int, tuple[str, int]] | None:
        """Return tag and length of each part by its number; None if there is no such upload any more."""
        found: dict[int, tuple[str, int]] = {}
        marker = 0
        while True:
            try:
                page = self._bucket.call_once("list_parts", **self._name(upload), PartNumberMarker=marker)
            except FAILURES as error:
                if code_of(error) == "NoSuchUpload":
                    return None
                raise_translated(error, "list_parts")
            parts = page.get("Parts", ())
            found |= {part["PartNumber"]: (part["ETag"], part["Size"]) for part in parts}
            if not page.get("IsTruncated"):
                return found
            marker = page["NextPartNumberMarker"]

    def _size_bytes(self, key: str) -> int:
        size: int = self._bucket.call("head_object", Key=key)["ContentLength"]
        return size

    def _name(self, upload: PartedUpload) -> dict[str, str]:
        return {"Key": check_key(upload.key), "UploadId": upload.store_id}
