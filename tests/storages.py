"""Which tests are about the folder or the bucket, whatever STORAGE says."""

import pytest

#: Its files are in a folder: the test looks there, or takes it away.
in_a_folder = pytest.mark.parametrize("storage_settings", ["local"], indirect=True)
#: The test runs on both.
on_every_storage = pytest.mark.parametrize("storage_settings", ["local", "s3"], indirect=True)
