import { KMS } from "@aws-sdk/client-kms";
import { type PutParameterCommandInput, SSM } from "@aws-sdk/client-ssm";
import { beforeAll, describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { type Grant, sessionWith } from "../support/roles.ts";

const account = await openAccount();
const ssm = new SSM(sdk(account));

const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.putParameter({ Name, Value, Type: "String", ...more });
const get = async (Name: string, client = ssm) => (await client.getParameter({ Name, WithDecryption: true })).Parameter;

describe("values", () => {
  test("refuses a second parameter with the same name, except with Overwrite", async () => {
    expect(await put("/app/once", "a")).toMatchObject({ Version: 1, Tier: "Standard" });
    await expect(put("/app/once", "b")).rejects.toMatchObject({
      name: "ParameterAlreadyExists",
    });
    expect(await put("/app/once", "b", { Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await get("/app/once")).toMatchObject({
      Value: "b",
      Version: 2,
      ARN: "arn:aws:ssm:eu-west-1:000000000000:parameter/app/once",
      DataType: "text",
    });
  });

  // API reference, GetParameters: "The request result is InvalidParameters", not an error.
  test("several are read at once, and names that are no parameter's are listed", async () => {
    await put("/many/a", "1");
    await put("many-b", "2");
    const { Parameters, InvalidParameters } = await ssm.getParameters({
      Names: ["/many/a", "/many/none", "many-b", "/many/a:7"],
    });
    expect(Parameters?.map(({ Name, Value }) => [Name, Value])).toEqual([
      ["/many/a", "1"],
      ["many-b", "2"],
    ]);
    expect(InvalidParameters).toEqual(["/many/none", "/many/a:7"]);
  });

  test("several are read only with the right to each", async () => {
    await put("/many/c", "3");
    await put("/many/d", "4");
    const arn = "arn:aws:ssm:eu-west-1:000000000000:parameter/many/";
    const reader = await roleWith({ Action: "ssm:GetParameters", Resource: `${arn}c` });
    expect((await reader.getParameters({ Names: ["/many/c"] })).Parameters).toHaveLength(1);
    await expect(reader.getParameters({ Names: ["/many/c", "/many/d"] })).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`${arn}d`),
    });
  });

  // API reference, GetParameterHistory; the user guide, "Working with parameter versions".
  test("keeps the last hundred versions, the oldest first, and pages through them", async () => {
    for (let version = 1; version <= 102; version++) await put("/app/history", `v${version}`, { Overwrite: true });
    const first = await ssm.getParameterHistory({ Name: "/app/history", MaxResults: 50 });
    expect(first.Parameters?.[0]).toMatchObject({
      Name: "/app/history",
      Type: "String",
      Value: "v3",
      Version: 3,
      LastModifiedUser: "arn:aws:iam::000000000000:root",
      Tier: "Standard",
    });
    const second = await ssm.getParameterHistory({ Name: "/app/history", NextToken: first.NextToken });
    expect(second.Parameters?.at(-1)).toMatchObject({ Value: "v102", Version: 102 });
    expect([first.Parameters?.length, second.Parameters?.length, second.NextToken]).toEqual([50, 50, undefined]);
    await expect(ssm.getParameterHistory({ Name: "/app/none" })).rejects.toMatchObject({ name: "ParameterNotFound" });
  });

  test.each([
    ["a value above 4 KB in the standard tier", "/bad/size", "x".repeat(4097), {}],
    ["a name that AWS keeps for itself", "/aws/mine", "x", {}],
    ["a path without a leading slash", "bad/name", "x", {}],
    ["no type at first", "/bad/type", "x", { Type: undefined }],
    ["tags together with overwrite", "/bad/tags", "x", { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }],
  ])("%s is refused", async (_what, name, value, more) => {
    await expect(put(name, value, more as never)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("limits values in the advanced tier to 8 KB", async () => {
    await expect(put("/app/big", "x".repeat(8192), { Tier: "Advanced" })).resolves.toMatchObject({ Tier: "Advanced" });
  });
});

describe("paths", () => {
  beforeAll(async () => {
    for (const name of ["/tree/a", "/tree/b", "/tree/deep/c", "/treehouse/d"]) await put(name, name);
  });

  test("lists one level, or all levels", async () => {
    const names = async (Path: string, Recursive: boolean) => {
      const { Parameters = [] } = await ssm.getParametersByPath({ Path, Recursive });
      return Parameters.map(({ Name }) => Name);
    };
    expect(await names("/tree", false)).toEqual(["/tree/a", "/tree/b"]);
    expect(await names("/tree/", true)).toEqual(["/tree/a", "/tree/b", "/tree/deep/c"]);
  });

  test("the last page has no token", async () => {
    const first = await ssm.getParametersByPath({ Path: "/tree", Recursive: true, MaxResults: 2 });
    const second = await ssm.getParametersByPath({
      Path: "/tree",
      Recursive: true,
      MaxResults: 2,
      NextToken: first.NextToken,
    });
    expect(second.Parameters?.map(({ Name }) => Name)).toEqual(["/tree/deep/c"]);
    expect(second.NextToken).toBeUndefined();
  });

  // API reference, ParameterStringFilter: `tag:` with a key.
  test("are described by a tag", async () => {
    const Tags = [{ Key: "team", Value: "web" }];
    await ssm.addTagsToResource({ ResourceType: "Parameter", ResourceId: "/tree/b", Tags });
    const { Parameters } = await ssm.describeParameters({ ParameterFilters: [{ Key: "tag:team", Values: ["web"] }] });
    expect(Parameters?.map(({ Name }) => Name)).toEqual(["/tree/b"]);
  });

  // In AWS's words: moto's test test_describe_parameters_invalid_parameter_filters.
  test.each([
    [[{ Key: "Name" }], "InvalidFilterValue", "The following filter values are missing : null for filter key Name."],
    [
      [
        { Key: "Name", Values: ["/tree/a"] },
        { Key: "Name", Option: "BeginsWith", Values: ["/tree"] },
      ],
      "InvalidFilterKey",
      "The following filter is duplicated in the request: Name. A request can contain only one occurrence of a specific filter.",
    ],
    [
      [
        { Key: "tag:team", Values: ["web"] },
        { Key: "Name", Values: ["/tree/a"] },
        { Key: "tag:team", Values: ["web"] },
      ],
      "InvalidFilterKey",
      expect.stringContaining("is duplicated in the request: tag:team."),
    ],
    [[{ Key: "tag:team" }], "NotImplemented", expect.stringContaining("tag:team without Values")],
  ])("are not described by the filters %j", async (ParameterFilters, name, message) => {
    await expect(ssm.describeParameters({ ParameterFilters })).rejects.toMatchObject({ name, message });
  });

  test("are described by two tags", async () => {
    const Tags = [
      { Key: "team", Value: "web" },
      { Key: "stage", Value: "test" },
    ];
    await ssm.addTagsToResource({ ResourceType: "Parameter", ResourceId: "/tree/a", Tags });
    const ParameterFilters = Tags.map(({ Key, Value }) => ({ Key: `tag:${Key}`, Values: [Value] }));
    const { Parameters } = await ssm.describeParameters({ ParameterFilters });
    expect(Parameters?.map(({ Name }) => Name)).toEqual(["/tree/a"]);
  });
});

describe("secure strings", () => {
  test("are returned in plain text only with decryption", async () => {
    await put("/secure/default", "hush", { Type: "SecureString" });
    const closed = await ssm.getParameter({ Name: "/secure/default" });
    expect(closed.Parameter?.Value).not.toContain("hush");
    expect((await get("/secure/default"))?.Value).toBe("hush");
  });

  test("require the reader's permission to decrypt", async () => {
    const { KeyMetadata } = await new KMS(sdk(account)).createKey({});
    await put("/secure/own", "hush", { Type: "SecureString", KeyId: KeyMetadata?.KeyId });
    const reader = await roleWith({ Action: "ssm:GetParameter", Resource: "*" });
    await expect(get("/secure/own", reader)).rejects.toThrow(/kms:Decrypt/);
    expect((await get("/secure/default", reader))?.Value).toBe("hush");
  });

  test("cannot be read while their key is to be deleted", async () => {
    const kms = new KMS(sdk(account));
    const { KeyMetadata } = await kms.createKey({});
    await put("/secure/locked", "hush", { Type: "SecureString", KeyId: KeyMetadata?.KeyId });
    await kms.scheduleKeyDeletion({ KeyId: KeyMetadata?.KeyId });
    await expect(get("/secure/locked")).rejects.toMatchObject({ name: "InvalidKeyId" });
  });
});

test("a role can read only below the path in its policy", async () => {
  const reader = await roleWith({
    Action: ["ssm:GetParameter", "ssm:GetParametersByPath"],
    Resource: "arn:aws:ssm:eu-west-1:000000000000:parameter/mine*",
  });
  await put("/mine/a", "1");
  await put("/yours/a", "2");
  expect((await get("/mine/a", reader))?.Value).toBe("1");
  await expect(get("/yours/a", reader)).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(reader.getParametersByPath({ Path: "/mine" })).resolves.toBeDefined();
});

let roles = 0;
async function roleWith(...grants: Grant[]): Promise<SSM> {
  return new SSM(sdk(account, await sessionWith(account, `reader-${roles++}`, grants)));
}
