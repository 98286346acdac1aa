import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configKeys, parseConfig } from "../../stacks/config.ts";
import { createConfigurationDocument } from "../../tools/configuration.ts";

const root = join(import.meta.dirname, "../..");

test("docs/configuration.md is up to date: run `npx recommender configuration`", () => {
  expect(readFileSync(join(root, "docs/configuration.md"), "utf8")).toBe(createConfigurationDocument());
});

test("every key has a description, what it allows, and an example that is accepted", () => {
  const sections = createConfigurationDocument().split(/^## /m).slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toEqual(configKeys);
  for (const section of sections) {
    const [key = "", , description, , ...values] = section.split("\n");
    expect(description, key).toMatch(/\.$/);
    expect(values.join("\n"), key).toMatch(/^- Value: must .+$/m);
    const [, text = ""] =
      new RegExp(`^- Example: .pulumi config set recommender:${key} (.+).$`, "m").exec(section) ?? [];
    const example = text.replace(/^'(.*)'$/, "$1");
    expect(() => parseConfig({ [key]: example }, "prod"), key).not.toThrow();
  }
});

test("README lists only keys that exist, and links the others", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const table = readme.slice(readme.indexOf("\n## Configuration"), readme.indexOf("\n## The local account"));
  const listed = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, key]) => key),
  );
  expect(listed.length).toBeGreaterThan(5);
  expect(listed.filter((key) => !(configKeys as readonly (string | undefined)[]).includes(key))).toEqual([]);
  expect(table).toContain("(docs/configuration.md)");
});
