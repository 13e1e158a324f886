// Small images out of the bytes of a frame, drawn at any size.

const atlases = new WeakMap(); // values -> a canvas with one image below the other

/** The `index`-th of images {shape: (N, H, W, C), values} at a place, `size` pixels wide. */
export function drawImage(context, images, index, x, y, size) {
  const [, side] = images.shape;
  const ratio = window.devicePixelRatio || 1;
  context.imageSmoothingEnabled = size * ratio < 2 * side; // large pixels stay sharp
  context.drawImage(atlasOf(images), 0, index * side, side, side, x, y, size, size);
}

/** A box round an image that was drawn there. */
export function frameImage(context, x, y, size, colour, width = 1, dash = []) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.strokeRect(x - width / 2, y - width / 2, size + width, size + width);
  context.setLineDash([]);
}

function atlasOf({ shape, values }) {
  let atlas = atlases.get(values);
  if (atlas) return atlas;
  const [count, high, wide, channels] = shape;
  atlas = document.createElement("canvas");
  atlas.width = wide;
  atlas.height = count * high;
  const image = new ImageData(wide, count * high);
  for (let i = 0; i < count * high * wide; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = values[channels * i + (channels === 3 ? c : 0)];
    image.data[4 * i + 3] = 255;
  }
  atlas.getContext("2d").putImageData(image, 0, 0);
  atlases.set(values, atlas);
  return atlas;
}
