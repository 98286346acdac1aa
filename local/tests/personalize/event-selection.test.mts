import type { EventParameters, SolutionConfig } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { interactionFields, start } from "../../record/personalize/pets.ts";
import { openStage } from "./stage.mts";

// A solution learns from some events only. A training that has too few of them says how many it
// found: that is what is read here.

const on = await openStage();
const groupArn = await on.group();
await on.load(await on.dataset(groupArn, "Interactions", interactionFields), priced());

/** 600 views without a value; 500 adoptions at 0 to 499; 100 donations at 7. */
function priced(): string {
  const rows = Array.from({ length: 1_200 }, (_, i) => {
    const [type, value] = i < 600 ? ["View", ""] : i < 1_100 ? ["Adopt", i - 600] : ["Donate", 7];
    return `user-${i % 60},pet-${i % 40},${start / 1000 - i},${type},${value}`;
  });
  return ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE", ...rows].join("\n");
}

const solution = (eventType: string | undefined, solutionConfig: SolutionConfig = {}) =>
  on.solution(groupArn, "aws-popularity-count", { eventType, solutionConfig });
const listed = (...eventParametersList: EventParameters[]) => ({ eventsConfig: { eventParametersList } });
const configured = (...list: EventParameters[]) =>
  on.solution(groupArn, "aws-user-personalization-v2", { solutionConfig: listed(...list) });

/** Counts the events that a version of this solution finds. */
async function found(solutionArn: string): Promise<number> {
  const { status, failureReason = "" } = await on.version(solutionArn);
  const [, count] = /^Insufficient data: (\d+) unique interactions after event filtering/.exec(failureReason) ?? [];
  if (count === undefined) throw new Error(`The training is ${status}: ${failureReason}`);
  return Number(count);
}

describe("eventType", () => {
  test("selects the events of one type, in any case", async () => {
    expect(await found(await solution("adopt"))).toBe(500);
  });

  test("with a threshold selects those of at least that value", async () => {
    expect(await found(await solution("Adopt", { eventValueThreshold: "499" }))).toBe(1);
    expect(await found(await solution("Adopt", { eventValueThreshold: "99.5" }))).toBe(400);
  });

  test("with a threshold selects no event without a value", async () => {
    expect(await found(await solution("View", { eventValueThreshold: "-1" }))).toBe(0);
  });
});

describe("eventsConfig", () => {
  test("selects several types, each with its own threshold", async () => {
    const solutionArn = await configured({ eventType: "Adopt", eventValueThreshold: 400 }, { eventType: "Donate" });
    expect(await found(solutionArn)).toBe(200);
  });

  test("adds three metrics, in which a hit counts as much as its event type is worth; only ratios matter", async () => {
    const metricsOf = async (view: number, adopt: number) => {
      const { arn } = await on.version(
        await configured({ eventType: "View", weight: view }, { eventType: "Adopt", weight: adopt }),
      );
      return (await on.personalize.getSolutionMetrics({ solutionVersionArn: arn })).metrics ?? {};
    };
    const metrics = await metricsOf(0.1, 0.3);
    expect(Object.keys(metrics)).toHaveLength(11);
    // Weights of .1 and .3 are rewards of .5 and 1.5, and the newest events, which are asked for,
    // are all views.
    for (const k of [5, 10, 25]) {
      const plain = metrics[`normalized_discounted_cumulative_gain_at_${k}`] ?? Number.NaN;
      const rewarded = metrics[`normalized_discounted_cumulative_gain_with_event_weights_at_${k}`];
      expect(rewarded).toBeCloseTo(0.5 * plain, 12);
    }
    expect(await metricsOf(0.2, 0.6)).toEqual(metrics);
  });

  test("refuses a weight above 1, nothing but weights of 0, and recipes that do not weigh events", async () => {
    await expect(configured({ eventType: "Adopt", weight: 1.5 })).rejects.toThrow("less than or equal to 1");
    await expect(configured({ eventType: "Adopt", weight: 0 })).rejects.toThrow("every event type the weight 0");
    await expect(solution(undefined, listed({ eventType: "Adopt" }))).rejects.toThrow(
      "eventsConfig is not available for the recipe aws-popularity-count",
    );
  });
});

test("a threshold that is no number is refused", async () => {
  await expect(solution("Adopt", { eventValueThreshold: "high" })).rejects.toMatchObject({
    name: "InvalidInputException",
    message: 'solutionConfig.eventValueThreshold is "high"; it must be a number.',
  });
});
