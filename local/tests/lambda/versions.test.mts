import { Lambda } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";
import { openLambda, waitForUpdate, writeReturning, zipOf } from "./functions.mts";

// Sources: Lambda's API reference and developer guide ("Manage Lambda function versions"), and responses of AWS that
// localstack recorded (snapshots of tests/aws/services/lambda_/test_lambda_api, named in the tests).

const on = await openLambda();

const arn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

async function invoke(FunctionName: string, Qualifier?: string) {
  const { ExecutedVersion, result } = await on.invoke(FunctionName, {}, { Qualifier });
  return { version: ExecutedVersion, result };
}
async function updateCode(FunctionName: string, value: unknown, Publish?: boolean) {
  const ZipFile = zipOf(writeReturning(value));
  const updated = await on.lambda.updateFunctionCode({ FunctionName, ZipFile, Publish });
  await waitForUpdate(on.account);
  return updated;
}
const publish = (FunctionName: string, Description?: string) => on.lambda.publishVersion({ FunctionName, Description });

describe("versions", () => {
  test("CreateFunction with Publish returns version 1 under the function's own ARN (test_publish_version_on_create)", async () => {
    expect(await on.create("born", writeReturning("one"), { Publish: true })).toMatchObject({
      Version: "1",
      FunctionArn: arn("born"),
      State: "Pending",
    });
    expect(await invoke("born", "1")).toEqual({ version: "1", result: "one" });
  });

  test("a published version keeps its code and settings", async () => {
    await on.create("frozen", writeReturning("one"), { Description: "first" });
    expect(await publish("frozen", "release")).toMatchObject({
      Version: "1",
      FunctionArn: `${arn("frozen")}:1`,
      Description: "release",
      State: "Active",
      LastUpdateStatus: "Successful",
    });
    await updateCode("frozen", "two");
    await on.lambda.updateFunctionConfiguration({ FunctionName: "frozen", MemorySize: 256 });
    await waitForUpdate(on.account);
    expect(await invoke("frozen")).toEqual({ version: "$LATEST", result: "two" });
    expect(await invoke("frozen", "1")).toEqual({ version: "1", result: "one" });
    const read = (Qualifier?: string) => on.lambda.getFunctionConfiguration({ FunctionName: "frozen", Qualifier });
    expect(await read("1")).toMatchObject({ MemorySize: 128, Description: "release", Version: "1" });
    expect(await read()).toMatchObject({ MemorySize: 256, Description: "first", Version: "$LATEST" });
  });

  test("PublishVersion without a change returns the last version (test_publish_version_on_create)", async () => {
    await on.create("same", writeReturning(1));
    const { RevisionId } = await publish("same");
    expect(await publish("same")).toMatchObject({ Version: "1", RevisionId });
  });

  test("a deleted version's number is not used again", async () => {
    await on.create("counting", writeReturning(1), { Publish: true });
    await on.lambda.deleteFunction({ FunctionName: "counting", Qualifier: "1" });
    expect(await publish("counting")).toMatchObject({ Version: "2" });
    await expect(invoke("counting", "1")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Function not found: ${arn("counting")}:1`,
    });
  });

  test("UpdateFunctionCode with Publish returns the new version, Pending (test_publish_with_update)", async () => {
    await on.create("updating", writeReturning(1));
    expect(await updateCode("updating", 2, true)).toMatchObject({
      Version: "1",
      FunctionArn: `${arn("updating")}:1`,
      State: "Pending",
      StateReasonCode: "Creating",
    });
    expect(await invoke(`${arn("updating")}:1`)).toEqual({ version: "1", result: 2 });
  });

  test("lists $LATEST first, with qualified ARNs and without a state (test_version_lifecycle)", async () => {
    await on.create("listed", writeReturning(1), { Publish: true });
    await updateCode("listed", 2, true);
    const { Versions = [] } = await on.lambda.listVersionsByFunction({ FunctionName: "listed" });
    expect(Versions.map(({ FunctionArn, Version }) => [FunctionArn, Version])).toEqual(
      ["$LATEST", "1", "2"].map((version) => [`${arn("listed")}:${version}`, version]),
    );
    for (const version of Versions) {
      expect(version).not.toHaveProperty("State");
      expect(version).not.toHaveProperty("LastUpdateStatus");
    }
    const { Functions = [] } = await on.lambda.listFunctions({ FunctionVersion: "ALL" });
    const own = Functions.filter(({ FunctionName }) => FunctionName === "listed");
    expect(own.map(({ Version }) => Version)).toEqual(["$LATEST", "1", "2"]);
  });

  test("lists every version once in pages", async () => {
    await on.create("paged", writeReturning(1), { Publish: true });
    await updateCode("paged", 2, true);
    const list = (Marker?: string) => on.lambda.listVersionsByFunction({ FunctionName: "paged", MaxItems: 2, Marker });
    const first = await list();
    const second = await list(first.NextMarker);
    const all = [...(first.Versions ?? []), ...(second.Versions ?? [])];
    expect(all.map(({ Version }) => Version)).toEqual(["$LATEST", "1", "2"]);
    expect(second.NextMarker).toBeUndefined();
  });

  test("PublishVersion for other code or another revision is refused (test_publish_with_wrong_sha256, …_revisionid)", async () => {
    const { CodeSha256 } = await on.create("guarded", writeReturning(1));
    const FunctionName = "guarded";
    await expect(on.lambda.publishVersion({ FunctionName, CodeSha256: "other" })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: `CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    });
    await expect(on.lambda.publishVersion({ FunctionName, RevisionId: "other" })).rejects.toMatchObject({
      name: "PreconditionFailedException",
      message:
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    });
  });

  test("two different qualifiers in one request are refused (test_function_name_and_qualifier_validation)", async () => {
    await on.create("twice", writeReturning(1), { Publish: true });
    await expect(invoke(`${arn("twice")}:$LATEST`, "1")).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: "The derived qualifier from the function name does not match the specified qualifier.",
    });
  });
});

describe("aliases", () => {
  test("an alias is described as AWS does (test_alias_lifecycle)", async () => {
    await on.create("named", writeReturning(1), { Publish: true });
    const { $metadata, ...created } = await on.lambda.createAlias({
      FunctionName: "named",
      Name: "live",
      FunctionVersion: "1",
    });
    expect($metadata.httpStatusCode).toBe(201);
    expect(created).toEqual({
      AliasArn: `${arn("named")}:live`,
      Name: "live",
      FunctionVersion: "1",
      Description: "",
      RevisionId: expect.any(String),
    });
    expect(await on.lambda.getAlias({ FunctionName: "named", Name: "live" })).toMatchObject(created);
    const { Configuration } = await on.lambda.getFunction({ FunctionName: "named", Qualifier: "live" });
    expect(Configuration).toMatchObject({ FunctionArn: `${arn("named")}:live`, Version: "1" });
  });

  test("an alias invokes its version, and another one after an update", async () => {
    await on.create("moved", writeReturning("one"), { Publish: true });
    await updateCode("moved", "two", true);
    const alias = { FunctionName: "moved", Name: "live" };
    await on.lambda.createAlias({ ...alias, FunctionVersion: "1" });
    expect(await invoke("moved", "live")).toEqual({ version: "1", result: "one" });
    await on.lambda.updateAlias({ ...alias, FunctionVersion: "2" });
    expect(await invoke(`${arn("moved")}:live`)).toEqual({ version: "2", result: "two" });
  });

  test("a handler gets the alias in its ARN and the version in its context", async () => {
    const source =
      "exports.handler = async (event, context) => [context.invokedFunctionArn, context.functionVersion, process.env.AWS_LAMBDA_FUNCTION_VERSION];";
    await on.create("seeing", source, { Publish: true });
    await on.lambda.createAlias({ FunctionName: "seeing", Name: "live", FunctionVersion: "1" });
    expect((await invoke("seeing", "live")).result).toEqual([`${arn("seeing")}:live`, "1", "1"]);
  });

  test("ListAliases lists those of one version (test_alias_lifecycle)", async () => {
    await on.create("many", writeReturning(1), { Publish: true });
    await updateCode("many", 2, true);
    for (const [Name, FunctionVersion] of [
      ["b", "1"],
      ["a", "1"],
      ["c", "2"],
    ]) {
      await on.lambda.createAlias({ FunctionName: "many", Name, FunctionVersion });
    }
    const list = async (FunctionVersion?: string) =>
      (await on.lambda.listAliases({ FunctionName: "many", FunctionVersion })).Aliases?.map(({ Name }) => Name);
    expect(await list()).toEqual(["a", "b", "c"]);
    expect(await list("1")).toEqual(["a", "b"]);
  });

  test("returns AWS's errors (test_notfound_and_invalid_routingconfigs, test_non_existent_alias_update, …_deletion)", async () => {
    await on.create("wrong", writeReturning(1), { Publish: true });
    const alias = { FunctionName: "wrong", Name: "live" };
    const create = (FunctionVersion: string) => on.lambda.createAlias({ ...alias, FunctionVersion });
    await expect(create("10")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Function not found: ${arn("wrong")}:10`,
    });
    await create("1");
    await expect(create("1")).rejects.toMatchObject({
      name: "ResourceConflictException",
      message: `Alias already exists: ${arn("wrong")}:live`,
    });
    const none = { FunctionName: "wrong", Name: "none" };
    await expect(on.lambda.getAlias(none)).rejects.toMatchObject({
      message: `Cannot find alias arn: ${arn("wrong")}:none`,
    });
    await expect(on.lambda.updateAlias(none)).rejects.toMatchObject({
      message: `Alias not found: ${arn("wrong")}:none`,
    });
    const { $metadata } = await on.lambda.deleteAlias(none);
    expect($metadata.httpStatusCode).toBe(204);
  });

  test("a version that an alias uses cannot be deleted", async () => {
    await on.create("used", writeReturning(1), { Publish: true });
    await on.lambda.createAlias({ FunctionName: "used", Name: "live", FunctionVersion: "1" });
    await expect(on.lambda.deleteFunction({ FunctionName: "used", Qualifier: "1" })).rejects.toMatchObject({
      name: "ResourceConflictException",
    });
  });

  test("weighted routing returns 501", async () => {
    await on.create("weighted", writeReturning(1), { Publish: true });
    const RoutingConfig = { AdditionalVersionWeights: { "1": 0.5 } };
    const alias = { FunctionName: "weighted", Name: "live", FunctionVersion: "1", RoutingConfig };
    await expect(on.lambda.createAlias(alias)).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});

describe("settings of a qualifier", () => {
  test("a policy applies only to its version or alias (test_lambda_permission_fn_versioning)", async () => {
    await on.create("open", writeReturning(1), { Publish: true });
    const permission = { StatementId: "s3", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com" };
    await on.lambda.addPermission({ FunctionName: "open", Qualifier: "1", ...permission });
    const policy = (Qualifier?: string) =>
      on.lambda.getPolicy({ FunctionName: "open", Qualifier }).then(({ Policy = "" }) => JSON.parse(Policy));
    expect((await policy("1")).Statement).toMatchObject([{ Resource: `${arn("open")}:1` }]);
    await expect(policy()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("a policy for the function's ARN allows no qualified invocation (Service Authorization Reference)", async () => {
    await on.create("narrow", writeReturning(1), { Publish: true });
    const grants = [{ Action: "lambda:InvokeFunction", Resource: arn("narrow") }];
    const caller = new Lambda(sdk(on.account, await sessionWith(on.account, "narrow-caller", grants)));
    await caller.invoke({ FunctionName: "narrow" });
    await expect(caller.invoke({ FunctionName: "narrow", Qualifier: "1" })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("settings of asynchronous invocation are listed with their qualifiers (test_lambda_eventinvokeconfig_lifecycle)", async () => {
    await on.create("async", writeReturning(1), { Publish: true });
    const put = (Qualifier?: string) =>
      on.lambda.putFunctionEventInvokeConfig({ FunctionName: "async", Qualifier, MaximumRetryAttempts: 0 });
    await put();
    await put("1");
    const { FunctionEventInvokeConfigs = [] } = await on.lambda.listFunctionEventInvokeConfigs({
      FunctionName: "async",
    });
    expect(FunctionEventInvokeConfigs).toEqual(
      ["$LATEST", "1"].map((qualifier) => ({
        FunctionArn: `${arn("async")}:${qualifier}`,
        LastModified: expect.any(Date),
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnSuccess: {}, OnFailure: {} },
      })),
    );
  });
});

// Differences from AWS that localstack's own tests showed when they were run against the account.
describe("recorded", () => {
  test("an empty environment is described, an absent one is not (test_redundant_updates)", async () => {
    const empty = await on.create("empty-environment", writeReturning(1), { Environment: { Variables: {} } });
    expect(empty.Environment).toEqual({ Variables: {} });
    expect(await on.create("no-environment", writeReturning(1))).not.toHaveProperty("Environment");
  });

  test("a changed description is a new version; PublishVersion's own is not (test_version_lifecycle)", async () => {
    const FunctionName = "described";
    await on.create(FunctionName, writeReturning(1));
    await publish(FunctionName, "first");
    expect(await publish(FunctionName, "again")).toMatchObject({ Version: "1", Description: "first" });
    await on.lambda.updateFunctionConfiguration({ FunctionName, Description: "second" });
    await waitForUpdate(on.account);
    expect(await publish(FunctionName)).toMatchObject({ Version: "2", Description: "second" });
  });

  test("publishing changes the revision of $LATEST, an alias does not (test_function_revisions_version_and_alias)", async () => {
    const FunctionName = "revised";
    await on.create(FunctionName, writeReturning(1));
    const revision = async () => (await on.lambda.getFunctionConfiguration({ FunctionName })).RevisionId;
    const created = await revision();
    await publish(FunctionName);
    const published = await revision();
    expect(published).not.toBe(created);
    await on.lambda.createAlias({ FunctionName, Name: "live", FunctionVersion: "1" });
    expect(await revision()).toBe(published);
  });

  test("a version that does not exist can be deleted, $LATEST and aliases cannot (test_delete_on_nonexisting_version)", async () => {
    const FunctionName = "deleting";
    await on.create(FunctionName, writeReturning(1));
    const remove = (Qualifier: string, name = FunctionName) =>
      on.lambda.deleteFunction({ FunctionName: name, Qualifier });
    expect((await remove("1233")).$metadata.httpStatusCode).toBe(204);
    await expect(remove("$LATEST", "none")).rejects.toMatchObject({
      message: "$LATEST version cannot be deleted without deleting the function.",
    });
    await expect(remove("live")).rejects.toMatchObject({ message: "Deletion of aliases is not currently supported." });
  });

  test("a function that does not exist has no asynchronous settings (test_ops_on_nonexisting_fn)", async () => {
    await expect(on.lambda.getFunctionEventInvokeConfig({ FunctionName: "none" })).rejects.toMatchObject({
      message: `The function ${arn("none")}:$LATEST doesn't have an EventInvokeConfig`,
    });
  });

  test("tags belong to a function, not to its versions (test_tag_exceptions)", async () => {
    await expect(on.lambda.tagResource({ Resource: `${arn("open")}:1`, Tags: { a: "b" } })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: "Tags on function aliases and versions are not supported. Please specify a function ARN.",
    });
  });
});
