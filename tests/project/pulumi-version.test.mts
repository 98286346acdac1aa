import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), "utf8");
const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };

test.each(["Pulumi.yaml", "local/Pulumi.yaml"])("%s refuses a CLI that is older than the SDK", (file) => {
  const { requiredPulumiVersion } = parse(read(file)) as { requiredPulumiVersion?: string };
  expect(requiredPulumiVersion).toBe(`>=${dependencies["@pulumi/pulumi"]} <4.0.0`);
});

test("each workflow installs the version of the CLI that .pulumi.version names", () => {
  expect(read(".pulumi.version")).toMatch(/^3\.\d+\.\d+\n$/);
  const workflows = readdirSync(new URL(".github/workflows", root)).map((name) => read(`.github/workflows/${name}`));
  const count = (pattern: RegExp) => workflows.flatMap((text) => text.match(pattern) ?? []).length;
  expect(count(/uses: pulumi\/actions@/g)).toBe(3);
  expect(count(/^ {10}pulumi-version-file: \.pulumi\.version$/gm)).toBe(3);
});
