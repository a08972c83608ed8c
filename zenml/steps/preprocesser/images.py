"""Images in columns: decoding their bytes, and bringing them to one size."""

from __future__ import annotations

from typing import Any


def decode(column: Any) -> Any:
    """Decodes PNG, JPEG, GIF (first frame) or BMP.

    Args:
        column: Strings `[batch]`, the bytes of a file each.

    Returns:
        RaggedTensor uint8 `[batch, (height), (width), (channels)]`: each its own size.
    """
    import tensorflow as tf

    def one(content: Any) -> Any:
        image = tf.io.decode_image(content, expand_animations=False)
        return tf.RaggedTensor.from_tensor(
            tf.ensure_shape(image, [None, None, None]), ragged_rank=2
        )

    spec = tf.RaggedTensorSpec([None, None, None], tf.uint8, ragged_rank=2)
    return tf.map_fn(one, tf.reshape(column, [-1]), fn_output_signature=spec)


def reshape(column: Any, height: int, width: int, channels: int) -> Any:
    """Brings images to one size: pixels as they are where they fit, else resized.

    Args:
        column: What `decode` returns, or numbers `[batch, height * width * channels]`.
        height: In pixels.
        width: In pixels.
        channels: 1 for grey, 3 for colour, 4 with transparency.

    Returns:
        Tensor float32 `[batch, height, width, channels]`.
    """
    import tensorflow as tf

    if not isinstance(column, tf.RaggedTensor):
        return tf.reshape(tf.cast(column, tf.float32), [-1, height, width, channels])

    def one(ragged: Any) -> Any:
        pixels = tf.cast(ragged.to_tensor(), tf.float32)
        pixels = tf.image.resize(_with_channels(pixels, channels), [height, width])
        return tf.ensure_shape(pixels, [height, width, channels])

    spec = tf.TensorSpec([height, width, channels], tf.float32)
    return tf.map_fn(one, column, fn_output_signature=spec)


def _with_channels(pixels: Any, channels: int) -> Any:
    """Adds or takes away colour and transparency; how many the image has is known only here."""
    import tensorflow as tf

    has = tf.shape(pixels)[2]
    colour = tf.gather(pixels, tf.where(has >= 3, [0, 1, 2], [0, 0, 0]), axis=2)
    if channels == 1:
        luminance = tf.tensordot(colour, tf.constant([0.2989, 0.587, 0.114]), 1)[:, :, tf.newaxis]
        return tf.where(has >= 3, luminance, pixels[:, :, :1])
    if channels == 3:
        return colour
    last = pixels[:, :, -1:]
    opacity = tf.where(has % 2 == 0, last, tf.fill(tf.shape(last), 255.0))
    return tf.concat([colour, opacity], axis=2)
