// Stacks that several files read, recorded once in a process: a usual one (`recommender`), one with
// everything that is optional (`full`), the shop of the examples (`shop`), and one that is asleep.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { FoundInAccount } from "../../stacks/recommender.ts";
import { record, waitForRegistrations } from "../support/record.ts";

export const recorder = record({ stack: "dev" });
export const { parseConfig } = await import("../support/parse-config.ts");
const { readStack } = await import("../../stacks/config/read-stack.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

/** Registers another stack beside these. */
export function createStack(name: string, settings: Readonly<Record<string, unknown>>, found: FoundInAccount = {}) {
  const { config, data } = readStack({ project: "recommender", stack: "dev", settings });
  recorder.resume();
  const { outputs, alarmMetrics } = new Recommender(name, config, data, found);
  return { config, outputs, alarmMetrics };
}

const folder = mkdtempSync(join(tmpdir(), "recorded-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const usersFile = join(folder, "users.csv");
writeFileSync(usersFile, "USER_ID,HOME\n10042,flat\n");

export const usual = {
  // A tenth of the seed's.
  interactionsFile: "tests/fixtures/upstream-seed/interactions.csv",
  eventTypes: ["DetailView", "Favorite", "Application"],
  notificationEmails: ["team@example.org", "boss@example.org"],
  minProvisionedTPS: 2,
  silentHours: 6,
  maxModelAgeDays: 3,
  consumerDelayMinutes: 10,
};
const everything = {
  ...usual,
  deletionProtection: true,
  filters: { adoptable: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")' },
  metricAttribution: true,
  network: "create",
  popularityBaseline: true,
  usersFile,
};
const shopFile = readFileSync(new URL("../../examples/shop/Pulumi.shop.yaml", import.meta.url), "utf8");
const shop = Object.fromEntries(
  Object.entries((parse(shopFile) as { config: Record<string, unknown> }).config)
    .filter(([key]) => key.startsWith("recommender:"))
    .map(([key, value]) => [key.replace("recommender:", ""), value]),
);

/** Returns a function that records a stack when a test asks for it, once in a process. */
function recordWhenAsked(name: string, settings: Readonly<Record<string, unknown>>) {
  const recordStack = async () => {
    const created = createStack(name, settings);
    await waitForRegistrations();
    return { ...created, stack: recorder.stack(name) };
  };
  let recorded: ReturnType<typeof recordStack> | undefined;
  return () => {
    recorded ??= recordStack();
    return recorded;
  };
}

export const recordUsual = recordWhenAsked("recommender", usual);
export const recordFull = recordWhenAsked("full", everything);
export const recordShop = recordWhenAsked("shop", shop);
export const recordAsleep = recordWhenAsked("asleep", { ...usual, asleep: true });
