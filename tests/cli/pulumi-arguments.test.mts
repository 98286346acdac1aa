import { join } from "node:path";
import { expect, test } from "vitest";
import { parsePulumiArguments, resolvePaths } from "../../cli/pulumi/pulumi-arguments.ts";
import { root } from "../support/listed-files.mts";

test.each([
  ["up --yes", "up"],
  ["config set recommender:project up", "config"],
  ["stack init up", "stack"],
  ["-C up preview", "preview"],
  ["--cwd=up preview", "preview"],
  ["--stack up config", "config"],
  ["--non-interactive up", "up"],
  ["--color never -e destroy", "destroy"],
  ["-v3 refresh", "refresh"],
  ["-v 3 refresh", "refresh"],
])("the command in `pulumi %s` is %s", (line, command) => {
  expect(parsePulumiArguments(line.split(" ")).command).toBe(command);
});

test.each([[""], ["--version"], ["--cwd up"], ["-- up"]])("`pulumi %s` has no command", (line) => {
  expect(parsePulumiArguments(line.split(" ").filter(Boolean)).command).toBeUndefined();
});

test.each([["up -s dev"], ["up --stack dev"], ["up --stack=dev"], ["-s=dev up"], ["up -sdev"]])(
  "the stack in `pulumi %s` is dev",
  (line) => {
    expect(parsePulumiArguments(line.split(" ")).stack).toBe("dev");
  },
);

test.each([
  ["up --refresh", true],
  ["up --refresh=false", false],
  ["up --refresh=0", false],
  ["up -r", true],
  ["up -r=false", false],
  ["refresh", undefined],
  ["up -- --refresh", undefined],
])("`pulumi %s` has the option --refresh: %s", (line, refresh) => {
  expect(parsePulumiArguments(line.split(" ")).refresh).toBe(refresh);
});

test.each([
  ["up", false],
  ["up --target urn:pulumi:a", true],
  ["up -t urn:pulumi:a", true],
  ["destroy --exclude=urn:pulumi:a", true],
  ["destroy --preview-only", true],
  ["up -- --target", false],
])("`pulumi %s` leaves resources out: %s", (line, isPartial) => {
  expect(parsePulumiArguments(line.split(" ")).isPartial).toBe(isPartial);
});

test("a path that exists in the user's folder stays the same path, and others are left to the CLI", () => {
  const policy = join(root, "policy");
  expect(resolvePaths(["preview", "--policy-pack", "policy", "--stack", "policy"], root)).toEqual([
    "preview",
    "--policy-pack",
    policy,
    "--stack",
    "policy",
  ]);
  expect(resolvePaths(["up", "--policy-pack=policy"], root)).toEqual(["up", `--policy-pack=${policy}`]);
  expect(resolvePaths(["up", "--policy-pack", "../policy"], join(root, "local"))).toEqual([
    "up",
    "--policy-pack",
    policy,
  ]);
  expect(resolvePaths(["up", "--policy-pack", "../policies"], root)).toEqual(["up", "--policy-pack", "../policies"]);
});
