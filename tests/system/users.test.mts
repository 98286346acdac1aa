import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";
import { writeSmallData } from "../support/small-data.ts";

const folder = mkdtempSync(join(tmpdir(), "users-"));
const data = writeSmallData(folder);
const visitors = [
  ...new Set(
    readFileSync(data.interactionsFile, "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.split(",")[0] ?? ""),
  ),
];
const usersFile = join(folder, "users.csv");
writeFileSync(
  usersFile,
  `${["USER_ID,HOME", ...visitors.map((id, index) => `${id},${index % 2 === 0 ? "flat" : "house"}`)].join("\n")}\n`,
);

let stack: DeployedStack;
beforeAll(async () => {
  const filters = { small: 'EXCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ("2") IF CurrentUser.HOME = "flat"' };
  stack = await openDeployedStack({ ...data, usersFile, filters: JSON.stringify(filters) });
});
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true });
});

/** The kinds of animals that a visitor's recommendations have under the filter. */
async function listTypes(userId: string): Promise<Set<string>> {
  const { statusCode, body } = await stack.recommend({ userId, filter: "small", limit: 50 });
  expect(statusCode).toBe(200);
  return new Set((JSON.parse(body) as { id: string }[]).map(({ id }) => id.split("-")[0] ?? ""));
}

test("a filter by CurrentUser removes items for the users that it describes only", async () => {
  const [inFlat = "", inHouse = ""] = visitors;
  expect(await listTypes(inFlat)).not.toContain("2");
  expect(await listTypes(inHouse)).toContain("2");
});
