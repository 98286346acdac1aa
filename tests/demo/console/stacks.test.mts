import { SSM } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { views } from "../../../demo/console/views.ts";
import { openAccount } from "../../../local/tests/support/account.mts";
import { sdk } from "../../../local/tests/support/aws.ts";
import { listParameters, projectTag } from "../../../names/layout.ts";

const account = await openAccount({ views });
const ssm = new SSM(sdk(account));

const Tags = [{ Key: projectTag, Value: "shop-recs" }];
const put = (Name: string, Value: string) => ssm.putParameter({ Name, Value, Type: "String", Tags });
const read = async (path: string) => (await fetch(`${account.origin}/_console/api/${path}`)).json();

test("the console says how to deploy a stack", async () => {
  expect(await read("models")).toMatchObject({ message: expect.stringContaining('Start with "npm start"') });
});

test("the console shows a stack when its parameters are complete", async () => {
  const { prefix, campaign, functionName, solutionVersion, ...paths } = listParameters("prod");
  // The last one completes the stack.
  const ofModel = [solutionVersion, campaign, functionName].map((path) => path("recommendation"));
  const all = [...Object.values(paths), ...ofModel];
  for (const path of all) {
    expect(await read("overview")).toMatchObject({ stacks: [] });
    await put(path, path === paths.eventTypes ? "[]" : path === paths.placements ? "{}" : "value");
  }
  expect(await read("overview")).toMatchObject({ stacks: [{ name: "prod", prefix: "shop-recs-prod" }] });
});

test("a resource is listed with the part of the stack that it belongs to", async () => {
  const groups = (await read("resources?stack=prod")) as { component: string; resources: { name: string }[] }[];
  const found = groups.find(({ resources }) => resources.some(({ name }) => name.endsWith("/kinesis-stream/name")));
  expect(found?.component).toBe("Foundation");
});
