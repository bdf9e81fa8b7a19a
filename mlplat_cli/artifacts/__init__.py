"""Bytes by address. In: an address and a relative path. Out: listings, streams and files, never outside their root."""

from mlplat_cli.artifacts.local import LocalRepository
from mlplat_cli.artifacts.location import Layout, open_location
from mlplat_cli.artifacts.repository import ArtifactRepository, OpenedArtifact, Upload
from mlplat_cli.artifacts.transfer import download

__all__ = [
    "ArtifactRepository",
    "Layout",
    "LocalRepository",
    "OpenedArtifact",
    "Upload",
    "download",
    "open_location",
]
