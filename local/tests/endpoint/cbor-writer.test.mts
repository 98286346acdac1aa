import { cbor } from "@smithy/core/cbor";
import { expect, test } from "vitest";
import { Double, Tagged, writeCborValue } from "../../account/codecs/cbor-writer.ts";

const hex = (value: unknown) => writeCborValue(value).toString("hex");

// RFC 8949, appendix A, "Examples of Encoded CBOR Data Items".
test.each<[unknown, string]>([
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [100, "1864"],
  [1000, "1903e8"],
  [1000000, "1a000f4240"],
  [1000000000000, "1b000000e8d4a51000"],
  [-1, "20"],
  [-1000, "3903e7"],
  [1.1, "fb3ff199999999999a"],
  [1.0e300, "fb7e37e43c8800759c"],
  [false, "f4"],
  [true, "f5"],
  [null, "f6"],
  [new Tagged(1, 1363896240), "c11a514b67b0"],
  [new Tagged(1, 1363896240.5), "c1fb41d452d9ec200000"],
  [new Uint8Array([1, 2, 3, 4]), "4401020304"],
  ["", "60"],
  ["\u00fc", "62c3bc"],
  [[], "80"],
  [[1, [2, 3], [4, 5]], "8301820203820405"],
  [{ a: 1, b: [2, 3] }, "a26161016162820203"],
])("%j is %s", (value, expected) => {
  expect(hex(value)).toBe(expected);
});

test("a double stays one when it is whole", () => {
  expect(hex(new Double(-4))).toBe("fbc010000000000000");
  expect(hex(new Double(10))).toBe("fb4024000000000000");
});

test.each([23, 24, 255, 256, 65_535, 65_536])("a text, bytes and a list of %i are read by the SDK", (size) => {
  const [text, bytes, list] = ["a".repeat(size), new Uint8Array(size).fill(7), Array.from({ length: size }, () => 1)];
  const read = cbor.deserialize(writeCborValue({ text, bytes, list }));
  expect([read.text === text, Buffer.compare(read.bytes, bytes), read.list.join() === list.join()]).toEqual([
    true,
    0,
    true,
  ]);
});
