import { type ParameterStringFilter, SSM } from "@aws-sdk/client-ssm";
import { beforeAll, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Less usual responses of Parameter Store, from its API reference and its clients' tests.

const account = await openAccount();
const ssm = new SSM(sdk(account));

const put = (Name: string) => ssm.putParameter({ Name, Value: "v", Type: "String" });
const get = (Name: string) => ssm.getParameter({ Name });

test("a name with and without a leading slash is the same parameter", async () => {
  // localstack/localstack, tests/aws/services/ssm: test_put_parameters
  await put("/cat");
  const ARN = "arn:aws:ssm:eu-west-1:000000000000:parameter/cat";
  for (const Name of ["cat", "/cat"]) expect((await get(Name)).Parameter).toMatchObject({ Name, ARN });
  expect((await get(ARN)).Parameter).toMatchObject({ Name: "/cat", ARN });
  await expect(put("cat")).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
  await ssm.deleteParameter({ Name: "cat" });
  await expect(get("/cat")).rejects.toMatchObject({ name: "ParameterNotFound" });
});

test.each(["/aws/service/ami-amazon-linux-latest/al2023", "/aws/reference/secretsmanager/key"])(
  "%s is not implemented, rather than missing",
  async (name) => {
    const expected = { name: "NotImplemented", $metadata: { httpStatusCode: 501 } };
    await expect(get(name)).rejects.toMatchObject(expected);
    const path = name.split("/").slice(0, 4).join("/");
    await expect(ssm.getParametersByPath({ Path: path })).rejects.toMatchObject(expected);
  },
);

describe("filters", () => {
  beforeAll(async () => {
    await put("/zoo/a");
    await put("/zoo/b");
    await put("zoo-c");
  });
  const names = async (filter: ParameterStringFilter) =>
    ((await ssm.describeParameters({ ParameterFilters: [filter], MaxResults: 50 })).Parameters ?? [])
      .map(({ Name }) => Name)
      .filter((name) => name?.includes("zoo"));

  test.each<[ParameterStringFilter, string[]]>([
    [{ Key: "Name", Option: "BeginsWith", Values: ["/zoo"] }, ["/zoo/a", "/zoo/b", "zoo-c"]],
    [{ Key: "Name", Values: ["/zoo-c"] }, ["zoo-c"]],
  ])("%j finds %j", async (filter, expected) => {
    expect(await names(filter)).toEqual(expected);
  });

  test.each([
    { Key: "Type", Values: ["String"] },
    { Key: "tag:team", Option: "BeginsWith", Values: ["pets"] },
    { Key: "Path", Values: ["/zoo"] },
    { Key: "Name", Option: "Contains", Values: ["zoo"] },
  ])("%j returns 501, also in a Region without parameters", async (filter) => {
    const elsewhere = new SSM({ ...sdk(account), region: "eu-north-1" });
    for (const client of [ssm, elsewhere]) {
      const described = client.describeParameters({ ParameterFilters: [filter] });
      await expect(described).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
    }
  });

  test("pages have ten parameters", async () => {
    for (let i = 0; i < 9; i++) await put(`/many/${i}`);
    const { Parameters, NextToken } = await ssm.describeParameters({});
    expect(Parameters).toHaveLength(10);
    await expect(ssm.describeParameters({ NextToken })).resolves.toBeDefined();
    await expect(ssm.describeParameters({ NextToken: "none of ours" })).rejects.toMatchObject({
      name: "InvalidNextToken",
    });
  });
});
