// A second deployment without the Pulumi CLI compares what the first one created.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, expect, test } from "vitest";
import { type DeployedResources, deploy } from "../../pulumi/deploy.ts";
import type { DeployMessage } from "../../pulumi/deploy-program.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
// Inside the repository, so that the program finds Pulumi's packages.
const folder = join(root, "local/.state", `deploy-again-${process.pid}`);
const program = join(folder, "index.js");
const deployed: DeployedResources = new Map();

mkdirSync(folder, { recursive: true });
const account = await openAccount({ speed: 1000 });
afterAll(() => rmSync(folder, { recursive: true }));

const parameter = (name: string, value: string, options = "{}") =>
  `new (require('@pulumi/aws/ssm').Parameter)("${name}", { name: "/${name}", type: "String", value: "${value}" }, ${options});`;
const stream = (name: string) =>
  `new (require('@pulumi/aws/kinesis').Stream)("visits", { name: "${name}", shardCount: 1 });`;

/** Deploys a program and returns what it did to each resource that it changed. */
async function run(...lines: string[]): Promise<string[]> {
  writeFileSync(program, lines.join("\n"));
  const steps: string[] = [];
  const onProgress = (message: DeployMessage) => {
    if (message.kind === "resource" && message.step !== "same") steps.push(`${message.step} ${message.name}`);
    if (message.kind === "deleted") steps.push(`delete ${message.replaced ? "replaced " : ""}${message.name}`);
  };
  const place = { origin: account.origin, account: "000000000000", region: "eu-west-1" };
  await deploy({ ...place, project: "shop", stack: "again", config: {}, program, deployed, onProgress });
  return steps.sort();
}

async function values(): Promise<Record<string, string | undefined>> {
  const { Parameters = [] } = await new SSM(sdk(account)).getParametersByPath({ Path: "/" });
  return Object.fromEntries(Parameters.map(({ Name = "", Value }) => [Name, Value]));
}

test("creates, then changes only what differs, replaces and deletes", async () => {
  expect(await run(parameter("a", "1"), parameter("b", "1"), stream("one"))).toEqual([
    "create a",
    "create b",
    "create visits",
  ]);
  expect(await run(parameter("a", "1"), parameter("b", "1"), stream("one"))).toEqual([]);
  expect(await run(parameter("a", "2"), stream("two"))).toEqual([
    "delete b",
    "delete replaced visits",
    "replace visits",
    "update a",
  ]);
  expect(await values()).toEqual({ "/a": "2" });
  expect((await new Kinesis(sdk(account)).listStreams({})).StreamNames).toContain("two");
  expect([...deployed.keys()]).toHaveLength(2);

  expect(await run(parameter("a", "3", '{ ignoreChanges: ["value"] }'), stream("two"))).toEqual([]);
  await expect(run('throw new Error("A typing error.");')).rejects.toThrow("A typing error.");
  expect(await run(parameter("a", "4"), stream("two"))).toEqual(["update a"]);
});

test("leaves in the account what has the option retainOnDelete", async () => {
  const kept = (value: string) => parameter(value, "1", "{ retainOnDelete: true }").replace(`"${value}"`, '"kept"');
  await run(kept("first"));
  await run(kept("second"));
  await run();
  expect(Object.keys(await values()).sort()).toEqual(["/first", "/second"]);
  expect([...deployed.keys()]).toEqual([]);
});
