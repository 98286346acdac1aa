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

test("long stems that differ only where they are cut still get different names", () => {
  const stems = ["a", "b"].map((end) => "x".repeat(62) + end);

  expect(new Set(stems.map((stem) => completeName(stem, { name: stem }))).size).toBe(2);
});

test("canonical text is equal exactly for equal values", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(toCanonicalJson(a)).toBe(toCanonicalJson(JSON.parse(JSON.stringify(a))));
      expect(toCanonicalJson(JSON.parse(toCanonicalJson(a)))).toBe(toCanonicalJson(a));
      if (toCanonicalJson(a) === toCanonicalJson(b))
        expect(JSON.parse(toCanonicalJson(a))).toEqual(JSON.parse(toCanonicalJson(b)));
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

test("chance shortens a pause by up to a quarter, and never lengthens it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 7200 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (seconds, chance) => {
        const [plain, shaken] = [await pauses(seconds, () => 0), await pauses(seconds, () => chance)];
        for (const [index, ms] of plain.slice(0, -1).entries()) {
          expect(shaken[index]).toBeLessThanOrEqual(ms);
          if (index < shaken.length - 1) expect(shaken[index]).toBeGreaterThanOrEqual(ms * 0.75);
        }
      },
    ),
  );
});

test("a first result is returned without a pause", async () => {
  const timer = { deadline: 0, now: () => 0, sleep: () => Promise.reject(new Error("slept")), random: () => 0 };

  expect(await pollUntil(timer, async () => "seen")).toBe("seen");
});
