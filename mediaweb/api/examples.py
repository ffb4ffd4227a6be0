"""Examples of bodies, by the name of their schema: the guide's own, where it has one."""

from typing import Any

_MEDIA = {
    "id": 1,
    "filename": "image.jpg",
    "storage_path": "2026/01/31/0f9a3b62-6d3e-4d5e-9b0c-3f1f6d2b7a11_image.jpg",
    "file_size": 245678,
    "mime_type": "image/jpeg",
    "file_type": "image",
    "description": "Profile picture",
    "alt_text": "User profile photo",
    "tags": ["Portraits", "Team"],
    "user_id": 1,
    "storage_backend": "local",
    "is_public": True,
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z",
    "checksum": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "width": 1600,
    "height": 1200,
    "duration": None,
    "taken_at": "2026-01-31T10:15:30Z",
    "camera": "Canon EOS R5",
    "lens": "RF24-105mm F4 L IS USM",
    "preview_state": "ready",
    "url": "http://localhost:8000/media/1/download",
    "download_url": "http://localhost:8000/media/1/download",
    "thumbnails": {
        "320": "http://localhost:8000/media/1/thumbnail?size=320&v=9f86d081884c7d65",
        "640": "http://localhost:8000/media/1/thumbnail?size=640&v=9f86d081884c7d65",
        "1280": "http://localhost:8000/media/1/thumbnail?size=1280&v=9f86d081884c7d65",
        "1600": "http://localhost:8000/media/1/thumbnail?size=2048&v=9f86d081884c7d65",
    },
}

_UPLOAD = {
    "id": "SuGPcyWQcZ8Lzr5bBRzsJ8rSpYR0VtW0hXNm2qVYfJw",
    "part_size": 16_777_216,
    "expires_at": "2026-02-01T12:00:00Z",
    "problem": None,
    "media_id": None,
    "media": None,
}
_PART_URL = (
    "https://media.s3.eu-central-1.amazonaws.com/2026/01/31/0f9a3b62-6d3e-4d5e-9b0c-3f1f6d2b7a11_film.mp4"
)

EXAMPLES: dict[str, list[Any]] = {
    "UploadAnnouncement": [
        {"filename": "film.mp4", "file_size": 20_000_000, "mime_type": "video/mp4", "is_public": True}
    ],
    "DirectUploadRead": [
        {
            **_UPLOAD,
            "state": "open",
            "parts": [
                {"number": 1, "url": f"{_PART_URL}?partNumber=1&uploadId=2~x&X-Amz-Signature=…"},
                {"number": 2, "url": f"{_PART_URL}?partNumber=2&uploadId=2~x&X-Amz-Signature=…"},
            ],
        },
        {**_UPLOAD, "state": "stored", "parts": [], "media_id": 1, "media": _MEDIA},
    ],
    "MediaRead": [_MEDIA],
    "MediaUploaded": [_MEDIA | {"message": "File uploaded successfully"}],
    "MediaPage": [{"data": [_MEDIA], "total": 1, "limit": 20, "offset": 0, "has_more": False}],
    "TrashedMediaRead": [
        {name: _MEDIA[name] for name in ("id", "filename", "file_size", "mime_type", "file_type")}
        | {"user_id": 1, "is_public": True}
        | {"trashed_at": "2026-02-01T12:00:00Z", "expires_at": "2026-03-03T12:00:00Z"}
    ],
    "MediaChanges": [
        {"description": "Updated description", "alt_text": "Updated alt text", "is_public": True},
    ],
    "QueryFilter": [
        {
            "conditions": [
                {"field": "file_type", "operator": "eq", "value": "image"},
                {"field": "is_public", "operator": "eq", "value": True},
            ],
            "operator": "and",
            "order_by": "created_at",
            "order_direction": "desc",
            "limit": 10,
        },
        {
            "conditions": [{"field": "user_id", "operator": "eq", "value": 1}],
            "limit": 20,
            "offset": 0,
        },
        {
            "conditions": [
                {"field": "file_size", "operator": "gte", "value": 1048576},
                {
                    "conditions": [
                        {"field": "filename", "operator": "icontains", "value": "holiday"},
                        {"field": "created_at", "operator": "gte", "value": "2026-01-31T12:00:00Z"},
                        {"field": "mime_type", "operator": "in", "value": ["image/png", "image/webp"]},
                        {"field": "taken_at", "operator": "is_null"},
                    ],
                    "operator": "or",
                },
            ]
        },
    ],
    "ArchiveOrder": [{"ids": [1, 2]}],
    "StorageInfo": [
        {"backend": "local", "bucket_name": None, "media_folder": "media", "endpoint_url": None},
    ],
    "Problem": [
        {"detail": "There is no media with this id.", "code": "media_not_found"},
        {
            "detail": [
                {
                    "loc": ["body", "conditions", 0, "operator"],
                    "msg": "Input should be 'eq', 'ne', …",
                    "type": "enum",
                }
            ],
            "code": "invalid_input",
        },
    ],
}

#: What a form says beside its file, field by field.
UPLOAD_EXAMPLES: dict[str, Any] = {
    "description": "Profile picture",
    "alt_text": "User profile photo",
    "user_id": 1,
    "is_public": True,
}
