"""Every scene, by name."""

from tools.shots import gallery_scenes, other_scenes, upload_scenes, viewer_scenes
from tools.shots.camera import Scene

SCENES: dict[str, Scene] = {
    scene.name: scene
    for scene in (
        *gallery_scenes.SCENES,
        *viewer_scenes.SCENES,
        *upload_scenes.SCENES,
        *other_scenes.SCENES,
    )
}


def find_scenes(words: list[str]) -> list[Scene]:
    """Return the scenes that have one of the words in their names; all without words."""
    return [scene for name, scene in SCENES.items() if not words or any(word in name for word in words)]
