import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configKeys, parseConfig } from "../../stacks/config.ts";
import { createConfigurationDocument } from "../../tools/configuration/document.ts";

const root = join(import.meta.dirname, "../..");

test("docs/configuration.md is up to date: run `npm run configuration`", () => {
  expect(readFileSync(join(root, "docs/configuration.md"), "utf8")).toBe(createConfigurationDocument());
});

test("every key has a description, what it allows, and an example or a default that is accepted", () => {
  const sections = createConfigurationDocument().split(/^## /m).slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toEqual(configKeys);
  for (const section of sections) {
    const [key = "", , description, , ...values] = section.split("\n");
    expect(description, key).toMatch(/\.$/);
    expect(values.join("\n"), key).toMatch(/^- Value: .+$/m);
    const [, example = ""] =
      new RegExp(`^- Example: .pulumi config set recommender:${key} '?(.+?)'?.$`, "m").exec(section) ??
      /^- Default: `(.+)`$/m.exec(section) ??
      [];
    expect(() => parseConfig({ [key]: example }, "prod"), key).not.toThrow();
  }
});
