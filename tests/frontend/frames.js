// Frames as a worker packs them: u32 header length, JSON padded to a multiple of 8, arrays.

const SIZE = { f2: 2, f4: 4, u1: 1, u2: 2, i4: 4 };

/** A frame of that header, with `arrays`: {name: [dtype, shape, bytes]}, and `weight` bytes behind it. */
export function frameOf(header, arrays = {}, weight = 0) {
  const table = {};
  let offset = 0;
  for (const [name, [dtype, shape, bytes]] of Object.entries(arrays)) {
    table[name] = [dtype, shape, offset];
    offset += Math.ceil(bytes.length / 8) * 8;
    if (bytes.length !== SIZE[dtype] * shape.reduce((product, size) => product * size, 1)) throw new Error(name);
  }
  let text = JSON.stringify({ scalars: {}, ...header, arrays: table });
  text += " ".repeat((8 - ((4 + text.length) % 8)) % 8);
  const packed = new Uint8Array(4 + text.length + offset + weight);
  new DataView(packed.buffer).setUint32(0, text.length, true);
  packed.set(new TextEncoder().encode(text), 4);
  for (const [name, [, , bytes]] of Object.entries(arrays)) packed.set(bytes, 4 + text.length + table[name][2]);
  return packed;
}

/** The bytes of a typed array. */
export function bytesOf(values) {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
