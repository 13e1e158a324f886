// Bytes to header and arrays: the twin of gancore/runtime/frames.py.
//
//   u32 header length | JSON padded with spaces to a multiple of 8 | arrays, each starting at a multiple of 8

const TEXT = new TextDecoder();
const BYTES_PER = { f2: 2, f4: 4, u1: 1, u2: 2, i4: 4 };

/** {header, body}: the parsed JSON and the position at which the arrays or blobs begin. */
export function readHeader(bytes) {
  if (bytes.byteLength < 4) throw new Error("frame: shorter than its length field");
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const body = 4 + length;
  if (body > bytes.byteLength || body % 8) throw new Error(`frame: a header of ${length} bytes does not fit`);
  return { header: JSON.parse(TEXT.decode(bytes.subarray(4, body))), body };
}

/** One array by its table entry [dtype, shape, offset]: {shape, values}; float16 comes out as Float32Array. */
export function readArray(bytes, body, entry) {
  const [dtype, shape, offset] = entry;
  const count = shape.reduce((product, size) => product * size, 1);
  const start = body + offset;
  if (!(dtype in BYTES_PER) || !(start + count * BYTES_PER[dtype] <= bytes.byteLength)) {
    throw new Error(`frame: array ${dtype} ${shape} at ${offset} does not fit`);
  }
  const at = bytes.byteOffset + start;
  if (dtype === "u1") return { shape, values: new Uint8Array(bytes.buffer, at, count) };
  // A typed array needs an aligned start; a frame that was sliced out of a payload has one, others are copied.
  const size = BYTES_PER[dtype];
  const aligned = at % size === 0 && littleEndian();
  const buffer = aligned ? bytes.buffer : copyLittleEndian(bytes, start, count, size);
  const from = aligned ? at : 0;
  if (dtype === "f4") return { shape, values: new Float32Array(buffer, from, count) };
  if (dtype === "i4") return { shape, values: new Int32Array(buffer, from, count) };
  const raw = new Uint16Array(buffer, from, count);
  if (dtype === "u2") return { shape, values: raw };
  const table = halves();
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = table[raw[i]];
  return { shape, values };
}

/** {meta, arrays} of a whole frame or scene. */
export function decode(bytes) {
  const { header, body } = readHeader(bytes);
  const { arrays: table = {}, ...meta } = header;
  const arrays = {};
  for (const name of Object.keys(table)) arrays[name] = readArray(bytes, body, table[name]);
  return { meta, arrays };
}

let halfTable = null;

/** The value of each of the 65,536 float16 bit patterns. */
export function halves() {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) halfTable[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) halfTable[bits] = fraction ? NaN : sign * Infinity;
    else halfTable[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halfTable;
}

function littleEndian() {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

function copyLittleEndian(bytes, start, count, size) {
  const copy = bytes.slice(start, start + count * size);
  if (!littleEndian() && size > 1) {
    for (let i = 0; i < copy.length; i += size) copy.subarray(i, i + size).reverse();
  }
  return copy.buffer;
}
