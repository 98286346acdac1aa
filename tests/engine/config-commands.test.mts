// The rules of the Pulumi CLI for paths and values, by which other tests judge printed commands
// without it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { setConfig } from "../../names/config-command.ts";
import { paste, type Values } from "../support/config-commands.mts";
import { needsPulumi } from "../support/engine.ts";
import { isSecondRing } from "../support/second-ring.ts";
import { createFolder } from "../support/temporary-folder.mts";

const folder = createFolder();
const file = join(folder, "Pulumi.dev.yaml");
const env = {
  ...process.env,
  PULUMI_BACKEND_URL: `file://${folder}`,
  PULUMI_CONFIG_PASSPHRASE: "test",
  PULUMI_SKIP_UPDATE_CHECK: "true",
};

/** Runs lines in a shell with the real CLI. */
function pasteReal(lines: string, values: Values): Values {
  writeFileSync(file, stringify({ config: values }));
  execFileSync("sh", ["-c", lines], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  return (parse(readFileSync(file, "utf8")) as { config?: Values }).config ?? {};
}

const before: Values = {
  "recommender:tags": { team: "pets", "a.b": "c" },
  "recommender:eventTypes": ["View", "Like", "View"],
  "recommender:placements": { home: { recipe: "aws-sims", columns: ["A", "B"] }, "1": { list: "popular" } },
  "recommender:experiment": '{"name":"first","goal":"View"}',
  "recommender:batchSize": "10",
};

describe("the CLI", needsPulumi, () => {
  if (!needsPulumi.skip) {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: recommender\nruntime: nodejs\n");
    execFileSync("pulumi", ["stack", "init", "dev"], { cwd: folder, env, stdio: "ignore" });
  }

  test.each([
    "pulumi config set recommender:batchSize 0050",
    "pulumi config set recommender:tags text",
    "pulumi config set --path recommender:tags.costCentre 4711",
    "pulumi config set --path recommender:tags.zip 007",
    "pulumi config set --path recommender:tags.plus +5",
    "pulumi config set --path --type string recommender:tags.plus +5",
    "pulumi config set --path recommender:tags.minus --stack dev -- -5",
    "pulumi config set --path recommender:tags.yes true",
    "pulumi config set --path recommender:tags.half 0.5",
    "pulumi config set --path recommender:tags.power 1e3",
    "pulumi config set --path recommender:tags.long 12345678901234567890123",
    `pulumi config set --path 'recommender:tags["a.b"]' 'it'\\''s "so"'`,
    `pulumi config set --path 'recommender:tags["\\"q\\" [0]"]' x`,
    "pulumi config set --path recommender:placements.1.filter fresh",
    "pulumi config set --path 'recommender:placements.home.columns[2]' C",
    "pulumi config set --path 'recommender:notificationEmails[0]' team@example.org",
    // What a path does to a text, and why texts are refused.
    "pulumi config set --path recommender:experiment.goal Like",
    "pulumi config rm --path recommender:experiment.goal",
    "pulumi config rm --path 'recommender:eventTypes[1]'",
    "pulumi config rm --path 'recommender:eventTypes[7]'",
    "pulumi config rm --path recommender:placements.home.columns",
    "pulumi config rm --path recommender:nothing.at.all",
    "pulumi config rm recommender:tags --stack dev",
  ])("changes the file as other tests assume: %s", (line) => {
    expect(pasteReal(line, before)).toEqual(paste(line, before));
  });

  test("sets each value that a printed command has, and nothing else", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
      fc.constantFrom(
        "Don't like",
        "-1",
        "+1",
        "007",
        "1.0",
        "true",
        "null",
        "$HOME `id` \\",
        "a\\nb",
        "#x",
        "--stack",
      ),
    );
    fc.assert(
      fc.property(text, text, (name, value) => {
        const line = setConfig({ key: "recommender:tags", steps: [name], stack: "dev" }, value);
        if (line === undefined) return;
        const { "recommender:tags": tags, ...others } = pasteReal(line, before);
        const { "recommender:tags": old, ...unchanged } = before;
        expect(others).toEqual(unchanged);
        const { [name]: set, ...kept } = tags as Record<string, unknown>;
        expect([name, String(set)]).toEqual([name, value]);
        const { [name]: _, ...same } = old as Record<string, unknown>;
        expect(kept).toEqual(same);
      }),
      {
        numRuns: isSecondRing ? 25 : 5,
        examples: [
          ["a b", "-5"],
          ["secret", "+05"],
          ['"', "'"],
        ],
      },
    );
  });
});
