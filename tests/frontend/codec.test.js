import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, halves, readHeader } from "../../ui/shared/frontend/codec.js";
import { bytesOf, frameOf } from "./frames.js";

test("arrays of every type come out as they went in", () => {
  const arrays = {
    f4: ["f4", [2, 1], bytesOf(new Float32Array([1.5, -2]))],
    i4: ["i4", [2], bytesOf(new Int32Array([-7, 9]))],
    u1: ["u1", [3], new Uint8Array([0, 128, 255])],
    u2: ["u2", [1], bytesOf(new Uint16Array([65535]))],
    f2: ["f2", [3], bytesOf(new Uint16Array([0x3c00, 0xc000, 0x7c00]))],
  };
  const { meta, arrays: read } = decode(frameOf({ step: 3 }, arrays));
  assert.equal(meta.step, 3);
  assert.deepEqual([...read.f4.values], [1.5, -2]);
  assert.deepEqual(read.f4.shape, [2, 1]);
  assert.deepEqual([...read.i4.values], [-7, 9]);
  assert.deepEqual([...read.u1.values], [0, 128, 255]);
  assert.deepEqual([...read.u2.values], [65535]);
  assert.deepEqual([...read.f2.values], [1, -2, Infinity]);
});

test("a frame that begins at an odd place of a larger buffer reads the same", () => {
  const frame = frameOf({ step: 1 }, { f4: ["f4", [2], bytesOf(new Float32Array([3, 4]))] });
  const larger = new Uint8Array(frame.length + 3);
  larger.set(frame, 3);
  assert.deepEqual([...decode(larger.subarray(3)).arrays.f4.values], [3, 4]);
});

test("the table of halves holds what float16 stands for", () => {
  const table = halves();
  assert.equal(table[0x0001], 2 ** -24); // the least above 0
  assert.equal(table[0x7bff], 65504); // the most
  assert.ok(Number.isNaN(table[0x7e00]));
});

test("what does not fit is refused", () => {
  assert.throws(() => readHeader(new Uint8Array(2)), /shorter/);
  const cut = frameOf({}, { f4: ["f4", [4], bytesOf(new Float32Array(4))] }).slice(0, -8);
  assert.throws(() => decode(cut), /does not fit/);
  const strange = frameOf({}, { f4: ["f4", [1], bytesOf(new Float32Array(1))] });
  const renamed = new TextDecoder().decode(strange).replace('"f4",[1]', '"f8",[1]');
  assert.throws(() => decode(new TextEncoder().encode(renamed)), /f8/);
});
