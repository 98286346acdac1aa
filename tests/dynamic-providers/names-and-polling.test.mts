import fc from "fast-check";
import { expect, test } from "vitest";
import { completeName, toCanonicalJson } from "../../dynamic-providers/resource/names.ts";
import { pollUntil } from "../../dynamic-providers/service/poll.ts";

const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);

test("a completed name is valid for the service, with any start", () => {
  fc.assert(
    fc.property(name, fc.jsonValue(), (stem, value) => {
      expect(completeName(stem, { value })).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);
    }),
  );
});

test("a physical name depends on what replaces the resource, and not on the order of keys", () => {
  expect(completeName("pets", { a: 1, b: { c: 2, d: 3 } })).toBe(completeName("pets", { b: { d: 3, c: 2 }, a: 1 }));
  expect(completeName("pets", { a: 1 })).not.toBe(completeName("pets", { a: 2 }));
});

test("canonical text is equal exactly for equal values", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(toCanonicalJson(a)).toBe(toCanonicalJson(JSON.parse(JSON.stringify(a))));
      expect(toCanonicalJson(JSON.parse(toCanonicalJson(a)))).toBe(toCanonicalJson(a));
      if (toCanonicalJson(a) === toCanonicalJson(b)) {
        expect(JSON.parse(toCanonicalJson(a))).toEqual(JSON.parse(toCanonicalJson(b)));
      }
    }),
  );
});

async function pauses(seconds: number, random: () => number): Promise<number[]> {
  const slept: number[] = [];
  let time = 0;
  const timer = {
    deadline: seconds * 1000,
    now: () => time,
    sleep: async (ms: number) => {
      slept.push(ms);
      time += ms;
    },
    random,
  };
  expect(await pollUntil(timer, async () => undefined)).toBeUndefined();
  return slept;
}

test("pauses grow by half from a quarter second to half a minute and end at the deadline", async () => {
  const slept = await pauses(600, () => 0);

  expect(slept.slice(0, 4)).toEqual([250, 375, 562.5, 843.75]);
  expect(Math.max(...slept)).toBe(30_000);
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(600_000);
});
