import { expect, test } from "vitest";
import { createExperimentReader } from "../../../demo/console/experiment.ts";
import type { RunningExperiment } from "../../../demo/console/messages.ts";
import { chartUplift } from "../../../demo/console/page/uplift-chart.ts";
import { openReader } from "../../../demo/console/stacks.ts";
import { createViewCalls } from "../../../local/console/server/caller.ts";
import { listParameters } from "../../../names/layout.ts";
import { archiveKey, stack, useRecoveryStage } from "../../cli/recovery/recovery-stage.mts";

const place = { account: "000000000000", region: "eu-west-1" };
const minute = 60_000;

const stage = await useRecoveryStage();

const put = (Name: string, Value: string) =>
  stage.clients.ssm.putParameter({ Name, Value, Type: "String", Overwrite: true });

test("the archive is read again after a minute of the account's clock, and no visitor's id leaves it", async () => {
  const { clock, host } = stage.account;
  const readExperiment = createExperimentReader(clock);
  const context = { stack: { name: stack, prefix: "", ...place }, view: createViewCalls(host, place) };
  const read = async () => readExperiment(await openReader({ ...context, act: context.view }, clock.now()));
  const archive = (userId: string) =>
    stage.write(
      "archive",
      archiveKey(clock.now()),
      JSON.stringify({ userId, sessionId: `of-${userId}`, eventType: "DetailView", itemId: "i-1" }),
    );
  expect(await read()).toEqual({});

  const definition = {
    name: "first",
    placement: "recommendation",
    goal: "DetailView",
    minimumEffect: 0.1,
    settleDays: 7,
  };
  const variants = { popular: 50, recommendation: 50 };
  const paths = listParameters(stack);
  await put(paths.campaign("recommendation"), "arn:aws:personalize:eu-west-1:000000000000:campaign/deleted");
  await stage.write("data", "experiments/first/0123456789abcdef.json", "{}");
  await put(paths.experiment, JSON.stringify({ ...definition, variants }));
  await archive("ann-secret");
  const first = (await read()) as RunningExperiment;
  const visitors = ({ tables }: RunningExperiment) => tables[0]?.rows.reduce((sum, row) => sum + Number(row[4]), 0);
  expect(visitors(first)).toBe(1);
  expect(first).toMatchObject({
    experiment: { ...definition, variants },
    verdict: "Go on: no visitor counts yet. None has a first event that is 7 days old (settleDays).",
    notes: [
      expect.stringContaining("which variant is better"),
      expect.stringContaining("any event"),
      // This stage has no function.
      expect.stringContaining("It is not known whether visitors get the variants of first."),
    ],
  });
  await clock.advance(minute / 2);
  await archive("bea-secret");
  expect(await read()).toEqual(first);
  await clock.advance(minute / 2);
  const second = (await read()) as RunningExperiment;
  expect(visitors(second)).toBe(2);
  expect(JSON.stringify([first, second])).not.toContain("secret");
});

test("a chart has the interval at the end of each day, without those beside which the last would be a line", () => {
  const count = { visitors: 100, settled: 80, goals: 10 };
  const toDay = (day: number, result: object) => ({
    until: `2026-01-0${day}T00:00:00.000Z`,
    variants: { home: count, next: { ...count, ...result } },
  });
  const days = [
    toDay(2, {}),
    toDay(3, { uplift: 0.5, interval: { lower: -0.9, upper: 4 } }),
    toDay(4, { uplift: 0.1, interval: { lower: -0.2, upper: 0.4 } }),
    toDay(5, { uplift: 0.123456, interval: { lower: 0.05, upper: 0.2 } }),
  ];
  const { times, lines } = chartUplift("next", "2026-01-01T00:00:00.000Z", days);
  expect(times.map((time) => new Date(time * 1000).getUTCDate())).toEqual([1, 2, 3, 4, 5]);
  expect(Object.fromEntries(lines.map(({ label, values }) => [label, values]))).toEqual({
    "upper end": [null, null, null, 40, 20],
    uplift: [null, null, null, 10, 12.35],
    "lower end": [null, null, null, -20, 5],
    "no difference": [0, 0, 0, 0, 0],
  });
});
