// Small images out of the bytes of a frame: {shape: (N, H, W, C), values}, C 1 or 3.

const sheets = new WeakMap(); // values -> their canvas

/** The `index`-th of some images at a place. */
export function drawImage(context, images, index, x, y, width, height = width) {
  const [, high, wide] = images.shape;
  const ratio = window.devicePixelRatio || 1;
  context.imageSmoothingEnabled = width * ratio < 2 * wide; // large pixels stay sharp
  context.drawImage(sheetOf(images), 0, index * high, wide, high, x, y, width, height);
}

/** Makes a canvas hold the images, pixel for pixel, one below the other; returns it. */
export function fillSheet(sheet, { shape: [count, height, width, channels], values }) {
  if (sheet.width !== width || sheet.height !== count * height) {
    sheet.width = width;
    sheet.height = count * height;
  }
  const context = sheet.getContext("2d");
  const picture = context.createImageData(width, count * height);
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  for (let pixel = 0, from = 0; pixel < count * height * width; pixel++, from += channels) {
    picture.data[4 * pixel] = values[from];
    picture.data[4 * pixel + 1] = values[from + green];
    picture.data[4 * pixel + 2] = values[from + blue];
    picture.data[4 * pixel + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
  return sheet;
}

function sheetOf(images) {
  let sheet = sheets.get(images.values);
  if (!sheet) {
    sheet = fillSheet(document.createElement("canvas"), images);
    sheets.set(images.values, sheet);
  }
  return sheet;
}
