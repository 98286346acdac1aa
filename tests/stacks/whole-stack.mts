// The stack `test`, deployed once for the tests of its files.
import { type Recorder, record, waitForRegistrations } from "../support/record.ts";

export const recorder: Recorder = record({ stack: "test" });
export const { parseConfig } = await import("../../stacks/config/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

const raw = {
  // A tenth of the seed's.
  interactionsFile: "tests/fixtures/upstream-seed/interactions.csv",
  notificationEmails: ["team@example.org", "boss@example.org"],
  filters: { adoptable: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")' },
  minProvisionedTPS: 2,
  silentHours: 6,
  maxModelAgeDays: 3,
  consumerDelayMinutes: 10,
};
export const config = parseConfig(raw, "test");
export const { outputs, alarms } = new Recommender("recommender", config);
await waitForRegistrations();
