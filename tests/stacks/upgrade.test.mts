// A stack that is deployed stays: what the program declares now is what an earlier commit declared, by URN or alias, with the
// same physical name. A resource of another name or parent would be deleted and created again, and its data lost. The real
// engine proves that a URN that stays is no change (tests/engine); here the program of an earlier commit is the list in
// tests/fixtures/deployed-resources.txt. After a deliberate change, say in CHANGELOG.md what it does to a deployed stack, and
// write the list anew: WRITE_DEPLOYED_RESOURCES=1 npx vitest run tests/stacks/upgrade.test.mts
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recorder } from "./recorded-stacks.mts";

const prefix = "urn:pulumi:dev::recommender::";
const file = join(import.meta.dirname, "../fixtures/deployed-resources.txt");

/** Its end: the mocks' URNs have one parent's type, others have those of all parents. Parents are in the list themselves. */
const endOf = (urn: string) => urn.replace(prefix, "").split("$").slice(-2).join("$");

/** A line `<end of the URN> <physical name>` for each resource, and for each of its aliases. */
function listResources(withAliases: boolean): string[] {
  const lines = recorder.urns().flatMap((urn) => {
    const own = urn.slice(urn.lastIndexOf("$") + 1).replace(prefix, "");
    const [type = "", name = ""] = own.split("::");
    if (!/^recommender(-|$)/.test(name)) return [];
    const { inputs, aliases } = recorder.one(type, name);
    const urns = withAliases ? [urn, ...aliases] : [urn];
    const physical = inputs.key ?? inputs.name ?? inputs.bucket ?? inputs.dashboardName ?? "";
    return urns.map((each) => `${endOf(each)} ${physical}`.trimEnd());
  });
  return lines.sort();
}

if (process.env.WRITE_DEPLOYED_RESOURCES) {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  writeFileSync(
    file,
    `# What ${commit.trim()} declares: see tests/stacks/upgrade.test.mts\n${listResources(false).join("\n")}\n`,
  );
}

test("every resource of a deployed stack is declared with the same URN, or an alias, and the same physical name", () => {
  const [, ...deployed] = readFileSync(file, "utf8").trimEnd().split("\n");
  const declared = listResources(true);
  expect(deployed.length).toBeGreaterThan(140);
  expect(deployed.filter((line) => !declared.includes(line))).toEqual([]);
});
