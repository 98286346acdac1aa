import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { configKeys, needsOf } from "../../stacks/config/keys.ts";
import { readStack } from "../../stacks/config/read-stack.ts";
import { createConfigurationDocument } from "../../tools/configuration/document.ts";
import { parseConfig } from "../support/parse-config.ts";
import { createProject } from "../support/stack-files.mts";

const root = join(import.meta.dirname, "../..");

test("docs/configuration.md is up to date: run `npm run configuration`", () => {
  expect(readFileSync(join(root, "docs/configuration.md"), "utf8")).toBe(createConfigurationDocument());
});

const dev = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as { config: Record<string, unknown> };
const project = createProject();

test("every key is in a row of a group, with a description, what it allows, and an accepted example or default", () => {
  const [tables = "", details = ""] = createConfigurationDocument().split("## More about some keys\n");
  expect(tables.match(/^## .+$/gm)).toHaveLength(9);
  const rows = tables.split("\n").filter((line) => /^\| \[?`/.test(line));
  const sections = new Map(details.split(/^### /m).map((section) => [section.split("\n")[0], section]));
  expect(rows.map((row) => /`(\w+)`/.exec(row)?.[1])).toEqual(configKeys);
  for (const [index, key] of configKeys.entries()) {
    const [, , cell = "", description] = rows[index]?.split(/(?<!\\)\|/).map((text) => text.trim()) ?? [];
    const section = sections.get(key) ?? "";
    expect(description, key).toMatch(/\.$/);
    expect(`${cell}\n${section}`, key).toMatch(/.\(.+\)$|^Value: .+\.$/m);
    const [, block] = /^```yaml\n(.*?)^```$/ms.exec(section) ?? [];
    const [, text] = /such as `(.+?)`/.exec(`${cell}\n${section}`) ?? /^`(.+?)`/.exec(cell) ?? [];
    const lines = block ?? stringify({ [`recommender:${key}`]: text?.match(/^[[{]/) ? JSON.parse(text) : text });
    // The table's description names them; a block has them.
    const needed = Object.entries(needsOf(key)).map(([other, value]) => [`recommender:${other}`, value]);
    const file = stringify({ config: { ...dev.config, ...Object.fromEntries(needed), ...(parse(lines) as object) } });
    const given = project.write(file, "dev");
    expect(() => parseConfig(given.settings, "dev", given.files), key).not.toThrow();
    // Its goal is one of the events of the data.
    if (key === "experiment") expect(() => readStack(given)).not.toThrow();
  }
});

test("a link in a table leads to a section, and each section has a link", () => {
  const [tables = "", details = ""] = createConfigurationDocument().split("## More about some keys\n");
  const titles = [...details.matchAll(/^### (\w+)$/gm)].map(([, key]) => key);
  expect([...tables.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, key]) => key)).toEqual(titles);
});
