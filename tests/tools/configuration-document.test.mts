import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { configKeys, parseConfig } from "../../stacks/config/config.ts";
import { readStack } from "../../stacks/config/read-stack.ts";
import { createConfigurationDocument } from "../../tools/configuration/document.ts";
import { createProject } from "../support/stack-files.mts";

const root = join(import.meta.dirname, "../..");

test("docs/configuration.md is up to date: run `npm run configuration`", () => {
  expect(readFileSync(join(root, "docs/configuration.md"), "utf8")).toBe(createConfigurationDocument());
});

const dev = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as { config: Record<string, unknown> };
const project = createProject();

test("every key has a description, what it allows, and an example or a default that is accepted in the stack dev", () => {
  const sections = createConfigurationDocument().split(/^## /m).slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toEqual(configKeys);
  for (const section of sections) {
    const [key = "", , description, , ...values] = section.split("\n");
    expect(description, key).toMatch(/\.$/);
    expect(values.join("\n"), key).toMatch(/^- Value: .+$/m);
    const [, block] = /^```yaml\n(.*?)^```$/ms.exec(section) ?? [];
    const [, text] =
      new RegExp(`^- Example: .pulumi config set recommender:${key} '?(.+?)'?.$`, "m").exec(section) ??
      /^- Default: `(.+)`$/m.exec(section) ??
      [];
    const lines = block ?? stringify({ [`recommender:${key}`]: text?.match(/^[[{]/) ? JSON.parse(text) : text });
    const file = stringify({ config: { ...dev.config, ...(parse(lines) as object) } });
    const { settings, files } = project.write(file, "dev");
    expect(() => parseConfig(settings, "dev", files), key).not.toThrow();
    // Its goal is one of the events of the data.
    if (key === "experiment") expect(() => readStack({ stack: "dev", settings, files })).not.toThrow();
  }
});
