"""ImageMaterializer: images of PIL as PNG."""

from __future__ import annotations

from typing import Any

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable

_MODES = frozenset(("1", "L", "LA", "P", "RGB", "RGBA", "I;16"))
_FILE = "image.png"


class ImageMaterializer(BaseMaterializer):
    """Keeps an image without a loss of pixels.

    What was read from a file comes back as a plain image: its pixels, mode and palette, not
    the file's remarks.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> materializer = ImageMaterializer(tempfile.mkdtemp())
        >>> materializer.save(Image.new("RGB", (2, 1), "red"))
        >>> materializer.load(Image.Image).getpixel((0, 0))
        (255, 0, 0)
    """

    ASSOCIATED_TYPES = ("PIL.Image.Image",)
    EXECUTES = False

    def save(self, value: Any) -> None:
        """Writes `image.png`; of modes that PNG does not have, `image.tiff`."""
        if value.mode == "P" and not _has_whole_palette(value):
            raise Unsuitable("its palette is one that PNG does not hold")
        if value.mode in _MODES:
            value.save(self._path(_FILE), format="PNG")
            return
        if value.mode not in ("CMYK", "F", "I", "LAB"):
            raise Unsuitable(f"neither PNG nor TIFF holds images of the mode {value.mode}")
        value.save(self._path("image.tiff"), format="TIFF")

    def load(self, data_type: Any) -> Any:
        """Reads it."""
        import os

        from PIL import Image

        path = self._path(_FILE)
        with Image.open(path if os.path.exists(path) else self._path("image.tiff")) as image:
            return image.copy()

    def extract_metadata(self, value: Any) -> dict[str, Any]:
        """Width, height and mode."""
        return {"width": value.width, "height": value.height, "mode": value.mode}


def _has_whole_palette(image: Any) -> bool:
    """Whether it has a colour, without transparency, for each of its pixels."""
    palette = image.getpalette() or []
    largest: int = image.getextrema()[1]
    return image.palette.mode == "RGB" and 3 * largest < len(palette)
