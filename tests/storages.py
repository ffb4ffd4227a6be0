"""Which tests are about the folder or the bucket, whatever STORAGE says, and who serves their files."""

import pytest

#: Its files are in a folder: the test looks there, or takes it away.
in_a_folder = pytest.mark.parametrize("storage_settings", ["local"], indirect=True)
#: The test runs on both.
on_every_storage = pytest.mark.parametrize("storage_settings", ["local", "s3"], indirect=True)
#: On S3, too, nobody is sent to the store: it is about bytes that the library serves, and links to them.
served_by_library = pytest.mark.served_by_library
#: Both fields that lead to a media's bytes by the library's own links; on S3 `url` is such a one only then.
each_own_link = pytest.mark.parametrize(
    "name", ["download_url", pytest.param("url", marks=served_by_library)]
)
