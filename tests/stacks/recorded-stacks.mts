// Three stacks that several files read, deployed once in a process: the defaults (`recommender`),
// everything that is optional (`full`), and the shop of the examples (`shop`).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { record, waitForRegistrations } from "../support/record.ts";

export const recorder = record({ stack: "dev" });
export const { parseConfig } = await import("../../stacks/config/config.ts");
const { Recommender } = await import("../../stacks/recommender.ts");

/** Registers another stack beside these. */
export function createStack(...args: ConstructorParameters<typeof Recommender>): void {
  recorder.resume();
  new Recommender(...args);
}

const folder = mkdtempSync(join(tmpdir(), "recorded-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const usersFile = join(folder, "users.csv");
writeFileSync(usersFile, "USER_ID,HOME\n10042,flat\n");

const everything = {
  metricAttribution: true,
  network: "create",
  notificationEmails: ["team@example.org"],
  popularityBaseline: true,
  usersFile,
};
const shopFile = readFileSync(new URL("../../examples/shop/Pulumi.shop.yaml", import.meta.url), "utf8");
const shop = Object.fromEntries(
  Object.entries((parse(shopFile) as { config: Record<string, unknown> }).config)
    .filter(([key]) => key.startsWith("recommender:"))
    .map(([key, value]) => [key.replace("recommender:", ""), value]),
);
for (const [name, raw] of Object.entries({ recommender: {}, full: everything, shop }))
  createStack(name, parseConfig(raw, "dev"));
await waitForRegistrations();
