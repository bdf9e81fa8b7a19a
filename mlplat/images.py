"""Images. In: arrays, lists or Pillow's images. Out: PNG (or, with Pillow, any other form) as artifacts."""

from __future__ import annotations

import os
import struct
import warnings
import zlib
from io import BytesIO
from time import time_ns
from typing import Any, Optional

from mlplat.exceptions import MlplatException
from mlplat.rules import artifact_path, int64
from mlplat.run_writer import RunWriter
from mlplat.runs import writer_of

LOGGED_IMAGES = "mlflow.loggedImages"
PREVIEW_PIXELS = 256
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's number for gray, gray with alpha, RGB and RGB with alpha, by how many values a pixel has."""
BYTE_MAX = 255


class Image:
    """A picture to log.

    Args:
        image: an array of shape (height, width) or (height, width, 1 to 4) that holds bools, integers from 0 to 255 or
            floats from 0 to 1; lists of that shape; or an image of Pillow.
    """

    def __init__(self, image: Any) -> None:
        self._image: Any = image._image if isinstance(image, Image) else image

    def to_array(self) -> Any:
        """Return a numpy array of bytes, of shape (height, width) or (height, width, channels)."""
        import numpy as np

        if hasattr(self._image, "detach"):  # a tensor of torch
            return _as_bytes(self._image.detach().cpu().numpy())
        return _as_bytes(np.asarray(self._image))

    def to_list(self) -> Any:
        """Return the same as nested lists."""
        return self.to_array().tolist()

    def to_pil(self) -> Any:
        """Return an image of Pillow."""
        from PIL import Image as Pillow

        if isinstance(self._image, Pillow.Image):
            return self._image
        array = self.to_array()
        return Pillow.fromarray(array[:, :, 0] if array.ndim > 2 and array.shape[2] == 1 else array)  # noqa: PLR2004 - dimensions

    def save(self, path: str) -> None:
        """Write it to a file, in the form that the name ends with."""
        with open(path, "wb") as file:
            file.write(self.encoded(os.path.splitext(path)[1].lstrip(".")))

    def encoded(self, form: str) -> bytes:
        """Return the bytes of an image file.

        Args:
            form: png, jpg, webp, …; all but png of an array need Pillow.

        Raises:
            MlplatException: the shape or the values make no image, or Pillow is needed and not there.
        """
        form = form.lower() or "png"
        if form == "png" and not hasattr(self._image, "save"):
            return _png(self.to_array())
        try:
            picture = self.to_pil()
        except ImportError as error:
            raise MlplatException(f"an image is written as .{form} by Pillow, which is not installed") from error
        return _pillow_bytes(picture, form)

    def preview(self) -> Optional[bytes]:
        """Return a small WebP for lists of images; None without Pillow."""
        try:
            picture = self.to_pil().copy()
        except ImportError:
            return None
        picture.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
        return _pillow_bytes(picture, "webp")


def log_image(
    image: Any,
    artifact_file: Optional[str] = None,
    key: Optional[str] = None,
    step: Optional[int] = None,
    timestamp: Optional[int] = None,
    synchronous: Optional[bool] = None,
    run_id: Optional[str] = None,
) -> None:
    """Keep an image: as a file, or as one of a series that has a key and steps.

    Args:
        image: what `Image` takes. artifact_file: its place below the run's artifacts.
        key: of the series, of letters, digits, spaces and `_ - . /`. step: 0 unless given.
        timestamp: ms since the epoch, now unless given.

    Raises:
        MlplatException: not exactly one of artifact_file and key is given, the key breaks the rule, or it makes no
            image.
    """
    if (artifact_file is None) == (key is None):
        raise MlplatException("log_image takes either artifact_file or key")
    picture = Image(image)
    if artifact_file is not None:
        path = artifact_path(artifact_file)
        writer_of(run_id).log_bytes(path, picture.encoded(os.path.splitext(path)[1].lstrip(".")))
        return
    when = time_ns() // 1_000_000 if timestamp is None else int64(timestamp, "timestamp")
    number = 0 if step is None else int64(step, "step")
    series = _series(str(key))
    name = artifact_path(f"images/{series}+step+{number}+timestamp+{when}+{unique_name()}")
    writer = writer_of(run_id)
    log_with_preview(writer, picture, name, f"{name}+compressed")
    if writer.tags.get(LOGGED_IMAGES) != "True":
        writer.set_tags({LOGGED_IMAGES: "True"})


def _series(key: str) -> str:
    """Return a key as a part of a file's name: `+` and `~` mean something there."""
    for each in key:
        if not (each.isalnum() or each in "_-. /"):
            raise MlplatException(
                f"the key {key!r} of an image contains {each!r}; letters, digits, spaces and _ - . / are allowed"
            )
    return key.replace("/", "~")


def unique_name() -> str:
    """Return a name that no other file has."""
    chance = os.urandom(16).hex()
    return "-".join((chance[:8], chance[8:12], chance[12:16], chance[16:20], chance[20:]))


def log_with_preview(writer: RunWriter, picture: Image, name: str, preview_name: str) -> bool:
    """Keep a PNG and, with Pillow, a small WebP; return whether there is one. Names are without their endings."""
    writer.log_bytes(f"{name}.png", picture.encoded("png"))
    preview = picture.preview()
    if preview is not None:
        writer.log_bytes(f"{preview_name}.webp", preview)
    return preview is not None


def _as_bytes(array: Any) -> Any:
    """Return a numpy array of bytes: bools as black and white, floats from 0 to 1 stretched."""
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in COLOUR_TYPES)  # noqa: PLR2004 - dimensions
    if not fits or not array.size:
        raise MlplatException(f"an image has the shape (height, width) or (height, width, 1 to 4), not {array.shape}")
    kind = array.dtype.kind
    if kind not in "buif":
        raise MlplatException(f"an image holds bools, integers or floats, not {array.dtype}")
    if kind == "b":
        return array.astype("uint8") * BYTE_MAX
    low, high = array.min(), array.max()
    if kind == "f":
        return _stretched(array.astype("float64"), float(low), float(high))
    if low < 0 or high > BYTE_MAX:
        raise MlplatException(f"integers of an image lie between 0 and {BYTE_MAX}; these reach from {low} to {high}")
    return array.astype("uint8")


def _stretched(array: Any, low: float, high: float) -> Any:
    if not low - low == high - high == 0.0:  # NaN or infinite
        import numpy as np

        warnings.warn("floats of an image that are not finite are drawn as 0 or 1", stacklevel=6)
        array = np.nan_to_num(array, nan=0.0, posinf=1.0, neginf=0.0)
        low, high = float(array.min()), float(array.max())
    if low < 0 or high > 1:
        warnings.warn(f"floats of an image lie between 0 and 1; those from {low} to {high} are rescaled", stacklevel=6)
        array = (array - low) / ((high - low) or 1.0)
    return (array * BYTE_MAX + 0.5).astype("uint8")


def _png(array: Any) -> bytes:
    """Return a PNG file of an array of bytes."""
    height, width = array.shape[:2]
    channels = array.shape[2] if array.ndim > 2 else 1  # noqa: PLR2004 - dimensions
    head = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[channels], 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in array)  # each row unfiltered
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _pillow_bytes(picture: Any, form: str) -> bytes:
    names = {"jpg": "jpeg", "tif": "tiff"}
    if form in ("jpg", "jpeg") and picture.mode not in ("L", "RGB", "CMYK"):
        picture = picture.convert("RGB")
    content = BytesIO()
    picture.save(content, format=names.get(form, form))
    return content.getvalue()
