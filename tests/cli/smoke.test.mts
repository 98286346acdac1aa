import { describe, expect, test } from "vitest";
import { toHourFolder } from "../../cli/archive/objects.ts";
import { chooseKnownVisitor } from "../../cli/journey/imported-data.ts";
import type { Journey, Step } from "../../cli/journey/journey.ts";
import { runSteps } from "../../cli/journey/run-steps.ts";

describe("the known visitor", () => {
  const choose = (...events: number[]) =>
    chooseKnownVisitor(events.map((count, index) => ({ id: `visitor ${index}`, events: count })));
  test("is the first with ten events", () => {
    expect(choose(9, 10, 30)).toBe("visitor 1");
  });
  test("is the one with the most events when none has ten", () => {
    expect(choose(1, 3, 2)).toBe("visitor 1");
  });
  test("does not exist in empty data", () => {
    expect(() => choose()).toThrow("the imported interactions have no visitor");
  });
});

test("the folder of an hour is in UTC", () => {
  expect(toHourFolder(new Date("2026-03-01T04:59:59+02:00"))).toBe("year=2026/month=03/day=01/hour=02/");
});

describe("steps", () => {
  const printed: string[] = [];
  const journey = { print: (line: string) => printed.push(line) } as unknown as Journey;
  const good: Step = { title: "good", run: async ({ print }) => print("done") };
  const bad: Step = { title: "bad", run: () => Promise.reject(new Error("it broke")) };
  test("run after a failed one, but not without the step that they need", async () => {
    const results = await runSteps(journey, [bad, good, { ...good, title: "after", needs: bad }]);
    expect(results).toEqual([
      { title: "bad", lines: [], failure: "it broke" },
      { title: "good", lines: ["done"] },
      { title: "after", lines: [], failure: 'it needs the step "bad"' },
    ]);
  });
});
