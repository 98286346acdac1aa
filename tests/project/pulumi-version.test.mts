import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };

test.each(["Pulumi.yaml", "local/Pulumi.yaml"])("%s refuses a CLI that is older than the SDK", (file) => {
  const { requiredPulumiVersion } = parse(read(file)) as { requiredPulumiVersion?: string };
  expect(requiredPulumiVersion).toBe(`>=${dependencies["@pulumi/pulumi"]} <4.0.0`);
});

test("workflows, their script and the guide for contributors name one version of the CLI", () => {
  const versions = [
    /pulumi-version: (\S+)/.exec(read(".github/workflows/test.yml")),
    /pulumi-version: (\S+)/.exec(read(".github/workflows/pull-request.yml")),
    /^cli=(\S+)/m.exec(read(".github/tools.sh")),
    /\) (\d+\.\d+\.\d+) on PATH/.exec(read("CONTRIBUTING.md")),
  ].map((found) => found?.[1]);
  expect(versions).toEqual(versions.map(() => versions[0]));
  expect(versions[0]).toMatch(/^3\.\d+\.\d+$/);
});
