import { KMS } from "@aws-sdk/client-kms";
import { describe, expect, test } from "vitest";
import { startAccount } from "../../account.ts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";
import { openLambda, writeReturning, zipOf } from "./functions.mts";

const on = await openLambda();

test("a function is Pending for a moment, then Active, and can be invoked", async () => {
  const FunctionName = "hello";
  await on.lambda.createFunction({
    FunctionName,
    Role: on.role,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: zipOf({ "index.js": "exports.handler = async (event) => ({ hello: event.name });" }) },
  });
  await expect(on.invoke(FunctionName)).rejects.toMatchObject({ name: "ResourceConflictException" });
  await on.account.clock.advance(500);
  expect(await on.lambda.getFunctionConfiguration({ FunctionName })).toMatchObject({
    State: "Active",
    FunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:hello",
    Timeout: 3,
    MemorySize: 128,
    Version: "$LATEST",
  });
  const { StatusCode, ExecutedVersion, result } = await on.invoke(FunctionName, { name: "Rex" });
  expect({ StatusCode, ExecutedVersion, result }).toEqual({
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    result: { hello: "Rex" },
  });
});

test("ES modules, nested exports and folders are handlers too", async () => {
  const name = await on.deploy("", {
    Handler: "src/app.nested.run",
    Code: { ZipFile: zipOf({ "src/app.mjs": "export const nested = { run: async () => 'ran' };" }) },
  });
  expect((await on.invoke(name)).result).toBe("ran");
});

test("a function gets its own variables and none of the host's", async () => {
  process.env.OF_THE_HOST = "secret";
  const name = await on.deploy("exports.handler = async () => process.env;", {
    Environment: { Variables: { OWN: "value" } },
  });
  const { result } = await on.invoke(name);
  expect(result).toMatchObject({
    OWN: "value",
    AWS_REGION: "eu-west-1",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ENDPOINT_URL: on.account.origin,
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
  });
  expect(result).not.toHaveProperty("OF_THE_HOST");
  expect(result).not.toHaveProperty("HOME");
});

test("decrypts variables under a customer's key with a grant to the role, until the key is to be deleted", async () => {
  const kms = new KMS(sdk(on.account));
  const { KeyMetadata } = await kms.createKey({});
  const settings = { KMSKeyArn: KeyMetadata?.Arn, Environment: { Variables: { OWN: "value" } } };
  const source = "exports.handler = async ({ end }) => (end ? process.exit(1) : process.env.OWN);";
  const name = await on.deploy(source, settings);
  expect((await on.invoke(name)).result).toBe("value");
  await kms.scheduleKeyDeletion({ KeyId: KeyMetadata?.KeyId });
  expect((await on.invoke(name)).result).toBe("value");
  await on.invoke(name, { end: true });
  await expect(on.invoke(name)).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    $metadata: { httpStatusCode: 502 },
  });
});

test("keeps a key only while there are environment variables", async () => {
  const kms = new KMS(sdk(on.account));
  const KMSKeyArn = (await kms.createKey({})).KeyMetadata?.Arn;
  const keyOf = async (FunctionName: string) => (await on.lambda.getFunctionConfiguration({ FunctionName })).KMSKeyArn;
  const source = "exports.handler = async () => 1;";

  const without = await on.deploy(source, { KMSKeyArn });
  expect(await keyOf(without)).toBeUndefined();
  const withVariables = await on.deploy(source, { KMSKeyArn, Environment: { Variables: { OWN: "value" } } });
  expect(await keyOf(withVariables)).toBe(KMSKeyArn);
  const Environment = { Variables: {} };
  await on.lambda.updateFunctionConfiguration({ FunctionName: withVariables, Environment });
  expect(await keyOf(withVariables)).toBeUndefined();
});

test("an unhandled rejection ends the runtime with its reason", async () => {
  const source = "exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise(() => {}); };";
  const { FunctionError, result } = await on.invoke(await on.deploy(source));
  expect(FunctionError).toBe("Unhandled");
  expect(result).toMatchObject({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" });
});

test("runs a burst in several environments, each with one event at a time", async () => {
  const name = await on.deploy(`
    let inside = 0;
    exports.handler = async () => {
      if (++inside > 1) throw new Error("two events at once");
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
      return process.env.AWS_LAMBDA_LOG_STREAM_NAME;
    };`);
  const all = await Promise.all(Array.from({ length: 30 }, () => on.invoke(name)));
  expect(all.filter(({ FunctionError }) => FunctionError)).toEqual([]);
  expect(new Set(all.map(({ result }) => result)).size).toBeGreaterThan(1);
});

test("refuses reserved variables by name", async () => {
  const refused = on.deploy("", { Environment: { Variables: { AWS_REGION: "x" } } });
  await expect(refused).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("AWS_REGION"),
  });
});

// AWS Compute Blog, "Node.js 18.x runtime now available in AWS Lambda" (quoted in
// aws/aws-sdk-js-v3#3230): the runtime "searches the folders listed in NODE_PATH when loading ES
// modules", as for `require`.
describe("packages that are not in the zip", () => {
  const loads = `typeof (await import("@aws-sdk/client-ssm")).SSMClient`;

  test("are found in the image by require", async () => {
    const name = await on.deploy(`exports.handler = async () => typeof require("@aws-sdk/client-ssm").SSMClient;`);
    expect((await on.invoke(name)).result).toBe("function");
  });

  test("are found in the image by import, from an ES module, also statically", async () => {
    const source = `import { SSMClient } from "@aws-sdk/client-ssm";
      export const handler = async () => [typeof SSMClient, ${loads}];`;
    const name = await on.deploy({ "index.mjs": source });
    expect((await on.invoke(name)).result).toEqual(["function", "function"]);
  });

  test("come second: the zip's own package is the one that is loaded", async () => {
    const own = "node_modules/@aws-sdk/client-ssm";
    const name = await on.deploy({
      "index.js": `exports.handler = async () => (await import("@aws-sdk/client-ssm")).default.own;`,
      [`${own}/package.json`]: '{ "name": "@aws-sdk/client-ssm", "main": "index.js" }',
      [`${own}/index.js`]: "exports.own = true;",
    });
    expect((await on.invoke(name)).result).toBe(true);
  });
});

test("a thrown error is a 200 with its type, message and trace", async () => {
  const name = await on.deploy("exports.handler = async () => { throw new TypeError('no pets'); };");
  const { StatusCode, FunctionError, result } = await on.invoke(name);
  expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: "Unhandled" });
  expect(result).toMatchObject({ errorType: "TypeError", errorMessage: "no pets" });
  expect(result.trace[0]).toBe("TypeError: no pets");
});

test.each([
  ["a package that is missing", "require('nothing');", "Runtime.ImportModuleError"],
  ["a syntax error", "exports.handler = ;", "Runtime.UserCodeSyntaxError"],
  ["a handler that is not exported", "exports.other = 1;", "Runtime.HandlerNotFound"],
  ["an error at module scope", "throw new RangeError('CAMPAIGN_ARN is not set');", "RangeError"],
  [
    "a callback handler on Node.js 24",
    "exports.handler = (a, b, done) => done();",
    "Runtime.CallbackHandlerDeprecated",
  ],
])("%s fails at init", async (_what, source, errorType) => {
  const name = await on.deploy(source);
  const { FunctionError, result } = await on.invoke(name);
  expect({ FunctionError, errorType: result.errorType }).toEqual({ FunctionError: "Unhandled", errorType });
});

test("runs new code after its update", async () => {
  const FunctionName = await on.deploy("exports.handler = async () => 'old';");
  const ZipFile = zipOf({ "index.js": "exports.handler = async () => 'new';" });
  await on.lambda.updateFunctionCode({ FunctionName, ZipFile });
  await expect(on.lambda.updateFunctionConfiguration({ FunctionName, Timeout: 5 })).rejects.toMatchObject({
    name: "ResourceConflictException",
  });
  expect((await on.invoke(FunctionName)).result).toBe("old");
  await on.account.clock.advance(500);
  expect((await on.invoke(FunctionName)).result).toBe("new");
});

test("code runs on the account's clock", async () => {
  const name = await on.deploy(
    "exports.handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime()];",
  );
  await on.account.clock.advance(86_400_000);
  const now = Math.floor(on.account.clock.now());
  expect((await on.invoke(name)).result).toEqual([now, now, 5]);
});

test("refuses a role that Lambda may not assume at creation", async () => {
  const Role = await createRole(on.account, "of-firehose", "firehose.amazonaws.com");
  await expect(on.deploy("", { Role })).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: "The role defined for the function cannot be assumed by Lambda.",
  });
});

test("reserved concurrency 0 throttles every call", async () => {
  const FunctionName = await on.deploy("exports.handler = async () => 1;");
  await on.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 });
  await expect(on.invoke(FunctionName)).rejects.toMatchObject({
    name: "TooManyRequestsException",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    $metadata: { httpStatusCode: 429 },
  });
});

// Answers of new accounts in the issues aws-samples/alarm-context-tool 2 and
// aws-samples/s3-to-lambda-patterns 36; of others: developer guide, "Configuring reserved
// concurrency".
test.each([
  [10, 0, 10],
  [50, 0, 50],
  [120, 20, 100],
])("of %i concurrent executions a function can reserve %i", async (concurrentExecutions, most, least) => {
  const other = await openLambda((options) => startAccount({ ...options, quotas: { concurrentExecutions } }));
  const FunctionName = await other.deploy(writeReturning(1));
  const reserve = (count: number) =>
    other.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: count });
  await expect(reserve(most + 1)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining(`below its minimum value of [${least}].`),
  });
  await reserve(most);
  expect((await other.lambda.getAccountSettings({})).AccountLimit).toMatchObject({
    ConcurrentExecutions: concurrentExecutions,
    UnreservedConcurrentExecutions: concurrentExecutions - most,
  });
  await other.account.close();
});

test("refuses a payload that is not JSON before the function runs", async () => {
  const FunctionName = await on.deploy("exports.handler = async () => 1;");
  const wrong = on.lambda.invoke({ FunctionName, Payload: Buffer.from("{pets") });
  await expect(wrong).rejects.toMatchObject({ name: "InvalidRequestContentException" });
});

test("refuses an invalid zip", async () => {
  const refused = on.deploy("", { Code: { ZipFile: Buffer.from("no zip") } });
  await expect(refused).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: "Could not unzip uploaded file. Please check your file, then try to upload again.",
  });
});

// Recorded on AWS: localstack's snapshot test_redundant_updates.
test("an empty environment is described, an absent one is not", async () => {
  const source = "exports.handler = async () => 1;";
  const empty = await on.create("empty-environment", source, { Environment: { Variables: {} } });
  expect(empty.Environment).toEqual({ Variables: {} });
  expect(await on.create("no-environment", source)).not.toHaveProperty("Environment");
});

test("a deleted function is not found", async () => {
  const FunctionName = await on.deploy("exports.handler = async () => 1;");
  await on.lambda.deleteFunction({ FunctionName });
  await expect(on.lambda.getFunction({ FunctionName })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: `Function not found: arn:aws:lambda:eu-west-1:000000000000:function:${FunctionName}`,
  });
});

describe("a qualifier", () => {
  const arn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

  // API reference, GetFunction: with a qualifier the configuration is that version's, whose ARN has
  // it.
  test("comes back in the function's ARN", async () => {
    const tagged = { Tags: { team: "pets" } };
    const name = await on.deploy("exports.handler = async (event, context) => context.invokedFunctionArn;", tagged);
    const qualified = `${arn(name)}:$LATEST`;
    const Qualifier = "$LATEST";
    const { Configuration, Tags } = await on.lambda.getFunction({ FunctionName: name, Qualifier });
    expect([Configuration?.FunctionArn, Tags]).toEqual([qualified, undefined]);
    const configuration = await on.lambda.getFunctionConfiguration({ FunctionName: qualified });
    expect(configuration.FunctionArn).toBe(qualified);
    expect((await on.invoke(name, {}, { Qualifier })).result).toBe(qualified);
    const missing = on.invoke(name, {}, { Qualifier: "1" });
    await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const plain = await on.lambda.getFunction({ FunctionName: name });
    expect([plain.Configuration?.FunctionArn, plain.Tags]).toEqual([arn(name), { team: "pets" }]);
    expect((await on.invoke(name)).result).toBe(arn(name));
  });

  test("is refused for a reserved concurrency, which a function has as a whole", async () => {
    // Recorded: localstack's snapshot test_lambda_concurrency_crud.
    const name = await on.deploy(writeReturning(1));
    const put = on.lambda.putFunctionConcurrency({ FunctionName: `${name}:$LATEST`, ReservedConcurrentExecutions: 1 });
    await expect(put).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: expect.stringContaining("Aliases and versions do not support this operation."),
    });
  });
});

test("a function that is published at its creation returns 501: nothing here could read the version", async () => {
  const create = on.create("published", writeReturning("well"), { Publish: true });
  await expect(create).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
  const missing = on.lambda.getFunction({ FunctionName: "published" });
  await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("the list of a function's versions refuses a marker that nobody gave out", async () => {
  const FunctionName = await on.deploy(writeReturning(1));
  const { Versions } = await on.lambda.listVersionsByFunction({ FunctionName });
  expect(Versions?.map(({ Version }) => Version)).toEqual(["$LATEST"]);
  const list = on.lambda.listVersionsByFunction({ FunctionName, Marker: "no marker" });
  await expect(list).rejects.toMatchObject({ name: "InvalidParameterValueException" });
});
