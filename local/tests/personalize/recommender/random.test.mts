import fc from "fast-check";
import { expect, test } from "vitest";
import { hashText, mix, stream } from "../../../account/aws/random.ts";

test("hashes texts to the published vectors", () => {
  const mixed = ["", "a", "split/7/10000"].map((text) => mix(hashText(text)).toString(16));
  expect(mixed).toEqual(["e0bab510", "ee0557e4", "3974b21a"]);
});

test("the words of a stream depend only on its label", () => {
  const random = stream("demo");
  expect([random.word(), random.word(), random.word()]).toEqual([3390994554, 2344026866, 3330120596]);
});

test("a stream's draws equal the vectors of the specification", () => {
  const random = stream("demo");
  expect(random.u()).toBeCloseTo(0.7895274426, 10);
  expect(random.normal()).toBeCloseTo(1.371585157, 10);
  expect(random.exp(1)).toBeCloseTo(0.6093980306, 10);
  expect(random.geom(0.25)).toBe(8);
  expect(random.int(10)).toBe(1);
  expect(random.pick([1, 2, 3])).toBe(1);
  expect(random.perm(5)).toEqual([1, 3, 2, 0, 4]);
});

test("a permutation contains every index once", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 50 }), (label, length) => {
      expect(
        stream(label)
          .perm(length)
          .sort((a, b) => a - b),
      ).toEqual([...Array(length).keys()]);
    }),
  );
});

test("never picks an index with weight 0", () => {
  fc.assert(
    fc.property(fc.string(), (label) => {
      expect(stream(label).pick([0, 1, 0, 2, 0])).toSatisfy((index: number) => index === 1 || index === 3);
    }),
  );
});

test("Poisson and geometric draws have the expected means", () => {
  const random = stream("means");
  const mean = (draw: () => number) => Array.from({ length: 20_000 }, draw).reduce((a, b) => a + b, 0) / 20_000;
  expect(mean(() => random.poisson(24))).toBeCloseTo(24, 0);
  expect(mean(() => random.geom(1 / 8))).toBeCloseTo(8, 0);
});
