import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import aws from "@pulumi/aws/package.json" with { type: "json" };
import { afterEach, expect, test, vi } from "vitest";
import { chooseAwsPlugin } from "../../cli/pulumi/aws-plugin.ts";
import { useFolder } from "../support/temporary-folder.mts";

const { version } = aws;
const at = useFolder();
afterEach(() => vi.unstubAllEnvs());
const origin = "http://localhost:4566";

/** A home of the CLI, with these files for plugins. */
function useHome(...plugins: string[]): string {
  const home = at(`home-${plugins.join("-")}`);
  for (const plugin of plugins) {
    mkdirSync(join(home, "plugins", plugin), { recursive: true });
    writeFileSync(join(home, "plugins", plugin, "pulumi-resource-aws"), "");
  }
  vi.stubEnv("PULUMI_HOME", home);
  return home;
}

test("uses the real plugin when the CLI has installed it in the package's version", () => {
  const home = useHome(`resource-aws-v${version}`);
  const { description, variables } = chooseAwsPlugin(origin);
  expect(description).toBe(`The aws plugin is the real one, ${version}.`);
  expect(variables).toEqual({
    LOCAL_AWS_PLUGIN: join(home, "plugins", `resource-aws-v${version}`, "pulumi-resource-aws"),
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:4566",
    AWS_MAX_ATTEMPTS: "3",
  });
  expect(chooseAwsPlugin(origin, "local").variables).toEqual({ LOCAL_AWS_PLUGIN: "" });
});

test.each([
  ["no plugin", []],
  ["another version", ["resource-aws-v6.0.0"]],
  ["an installation that is not complete", [`resource-aws-v${version}`, `resource-aws-v${version}.partial`]],
])("uses this repository's with %s; to ask for the real one is an error with the remedy", (_what, plugins) => {
  useHome(...plugins);
  const remedy = `pulumi plugin install resource aws ${version}`;
  expect(chooseAwsPlugin(origin)).toEqual({
    description: `The aws plugin is this repository's; for the real one: ${remedy}`,
    // The caller's environment must not name one either.
    variables: { LOCAL_AWS_PLUGIN: "" },
  });
  expect(() => chooseAwsPlugin(origin, "real")).toThrow(`The real aws plugin ${version} is not installed: ${remedy}`);
});
