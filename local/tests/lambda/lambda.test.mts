import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";
import { createRole } from "../support/roles.ts";

let account: Account;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
let role = "";
beforeAll(async () => {
  account = await startAccount({ speed: 0, start: Date.UTC(2026, 0, 1) });
  lambda = new LambdaClient(sdk(account));
  logs = new CloudWatchLogsClient(sdk(account));
  role = await createRole(account, "writer", "lambda.amazonaws.com", [
    { Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
  ]);
});
afterAll(async () => {
  lambda.destroy();
  logs.destroy();
  await account.close();
});

const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

let functions = 0;
async function deploy(source: string, settings: Partial<CreateFunctionCommandInput> = {}) {
  const FunctionName = settings.FunctionName ?? `function-${++functions}`;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: role,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: zip({ "index.js": source }) },
      Timeout: 30,
      ...settings,
    }),
  );
  await account.clock.advance(500);
  return FunctionName;
}

async function invoke(FunctionName: string, event: unknown = {}, more: Partial<InvokeCommandInput> = {}) {
  const { Payload, ...rest } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  return { ...rest, result: text === "" ? undefined : JSON.parse(text) };
}

async function logged(FunctionName: string) {
  await account.clock.advance(0);
  const group = { logGroupName: `/aws/lambda/${FunctionName}` };
  const { events = [] } = await logs.send(new FilterLogEventsCommand(group));
  return events.map(({ message = "" }) => message);
}

test("a function is Pending for a moment, then Active, and can be invoked", async () => {
  const FunctionName = "hello";
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: role,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: zip({ "index.js": "exports.handler = async (event) => ({ hello: event.name });" }) },
    }),
  );
  await expect(invoke(FunctionName)).rejects.toMatchObject({ name: "ResourceConflictException" });
  await account.clock.advance(500);
  expect(await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject({
    State: "Active",
    FunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:hello",
    Timeout: 3,
    MemorySize: 128,
    Version: "$LATEST",
  });
  const { StatusCode, ExecutedVersion, result } = await invoke(FunctionName, { name: "Rex" });
  expect({ StatusCode, ExecutedVersion, result }).toEqual({
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    result: { hello: "Rex" },
  });
});

test("ES modules, nested exports and folders are handlers too", async () => {
  const name = await deploy("", {
    Handler: "src/app.nested.run",
    Code: { ZipFile: zip({ "src/app.mjs": "export const nested = { run: async () => 'ran' };" }) },
  });
  expect((await invoke(name)).result).toBe("ran");
});

test("a function gets its own variables and none of the host's", async () => {
  process.env.OF_THE_HOST = "secret";
  const name = await deploy("exports.handler = async () => process.env;", {
    Environment: { Variables: { OWN: "value" } },
  });
  const { result } = await invoke(name);
  expect(result).toMatchObject({
    OWN: "value",
    AWS_REGION: "eu-west-1",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ENDPOINT_URL: account.origin,
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
  });
  expect(result).not.toHaveProperty("OF_THE_HOST");
  expect(result).not.toHaveProperty("HOME");
});

test("decrypts variables under a customer's key with a grant to the role, until the key is disabled", async () => {
  const kms = new KMSClient(sdk(account));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const settings = { KMSKeyArn: KeyMetadata?.Arn, Environment: { Variables: { OWN: "value" } } };
  const source = "exports.handler = async ({ end }) => (end ? process.exit(1) : process.env.OWN);";
  const name = await deploy(source, settings);
  expect((await invoke(name)).result).toBe("value");
  await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
  expect((await invoke(name)).result).toBe("value");
  await invoke(name, { end: true });
  await expect(invoke(name)).rejects.toMatchObject({
    name: "KMSDisabledException",
    $metadata: { httpStatusCode: 502 },
  });
  kms.destroy();
});

test("keeps a key only while there are environment variables", async () => {
  const kms = new KMSClient(sdk(account));
  const KMSKeyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn;
  const keyOf = async (FunctionName: string) =>
    (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).KMSKeyArn;
  const source = "exports.handler = async () => 1;";

  const without = await deploy(source, { KMSKeyArn });
  expect(await keyOf(without)).toBeUndefined();
  const withVariables = await deploy(source, { KMSKeyArn, Environment: { Variables: { OWN: "value" } } });
  expect(await keyOf(withVariables)).toBe(KMSKeyArn);
  const Environment = { Variables: {} };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: withVariables, Environment }));
  expect(await keyOf(withVariables)).toBeUndefined();
  kms.destroy();
});

test("an unhandled rejection ends the runtime with its reason", async () => {
  const source = "exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise(() => {}); };";
  const { FunctionError, result } = await invoke(await deploy(source));
  expect(FunctionError).toBe("Unhandled");
  expect(result).toMatchObject({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: lost" });
});

test("runs a burst in several environments, each with one event at a time", async () => {
  const name = await deploy(`
    let inside = 0;
    exports.handler = async () => {
      if (++inside > 1) throw new Error("two events at once");
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
      return process.env.AWS_LAMBDA_LOG_STREAM_NAME;
    };`);
  const all = await Promise.all(Array.from({ length: 30 }, () => invoke(name)));
  expect(all.filter(({ FunctionError }) => FunctionError)).toEqual([]);
  expect(new Set(all.map(({ result }) => result)).size).toBeGreaterThan(1);
});

test("refuses reserved variables by name", async () => {
  const refused = deploy("", { Environment: { Variables: { AWS_REGION: "x" } } });
  await expect(refused).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("AWS_REGION"),
  });
});

describe("packages that are not in the zip", () => {
  test("are found in the image by require, which searches NODE_PATH", async () => {
    const name = await deploy(`exports.handler = async () => typeof require("@aws-sdk/client-ssm").SSMClient;`);
    expect((await invoke(name)).result).toBe("function");
  });

  test("are not found by import, which does not search NODE_PATH", async () => {
    const name = await deploy(`exports.handler = async ({ from }) => Object.keys(await import(from)).length > 0;`);
    for (const from of ["@aws-sdk/client-ssm", "zod"]) {
      const missing = await invoke(name, { from });
      expect(missing.FunctionError).toBe("Unhandled");
      expect(missing.result.errorMessage).toContain(`Cannot find package '${from}'`);
    }
  });
});

test("a thrown error is a 200 with its type, message and trace", async () => {
  const name = await deploy("exports.handler = async () => { throw new TypeError('no pets'); };");
  const { StatusCode, FunctionError, result } = await invoke(name);
  expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: "Unhandled" });
  expect(result).toMatchObject({ errorType: "TypeError", errorMessage: "no pets" });
  expect(result.trace[0]).toBe("TypeError: no pets");
});

test("the timeout ends an endless loop, and the next call starts a new environment", async () => {
  const name = await deploy("exports.handler = async ({ loop }) => { while (loop); return 'done'; };", { Timeout: 1 });
  const { FunctionError, result } = await invoke(name, { loop: true });
  expect(FunctionError).toBe("Unhandled");
  expect(result).toEqual({
    errorType: "Sandbox.Timedout",
    errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds$/),
  });
  expect((await invoke(name)).result).toBe("done");
});

test("process.exit ends only the function's runtime", async () => {
  const name = await deploy("exports.handler = async () => process.exit(3);");
  const { result } = await invoke(name);
  expect(result).toEqual({
    errorType: "Runtime.ExitError",
    errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/),
  });
});

test("kills a function that exceeds its memory", async () => {
  const name = await deploy(
    "exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(0.5)); };",
  );
  const { result } = await invoke(name);
  expect(result.errorType).toBe("Runtime.OutOfMemory");
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
  const name = await deploy(source);
  const { FunctionError, result } = await invoke(name);
  expect({ FunctionError, errorType: result.errorType }).toEqual({ FunctionError: "Unhandled", errorType });
});

test("module scope runs once and is kept between warm calls", async () => {
  const name = await deploy("let calls = 0; exports.handler = async () => ++calls;");
  expect([(await invoke(name)).result, (await invoke(name)).result]).toEqual([1, 2]);
});

test("runs new code after its update", async () => {
  const FunctionName = await deploy("exports.handler = async () => 'old';");
  const ZipFile = zip({ "index.js": "exports.handler = async () => 'new';" });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  const settings = new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 5 });
  await expect(lambda.send(settings)).rejects.toMatchObject({ name: "ResourceConflictException" });
  expect((await invoke(FunctionName)).result).toBe("old");
  await account.clock.advance(500);
  expect((await invoke(FunctionName)).result).toBe("new");
});

test("code runs on the account's clock", async () => {
  const name = await deploy("exports.handler = async () => [Date.now(), new Date().getTime(), new Date(5).getTime()];");
  await account.clock.advance(86_400_000);
  const now = Math.floor(account.clock.now());
  expect((await invoke(name)).result).toEqual([now, now, 5]);
});

test("refuses a role that Lambda may not assume at creation", async () => {
  const Role = await createRole(account, "of-firehose", "firehose.amazonaws.com");
  await expect(deploy("", { Role })).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: "The role defined for the function cannot be assumed by Lambda.",
  });
});

test("code has the permissions of its role and no others", async () => {
  const name = await deploy(`
    const { KinesisClient, ListStreamsCommand } = require("@aws-sdk/client-kinesis");
    exports.handler = async () => new KinesisClient({}).send(new ListStreamsCommand({})).then(() => "listed", (error) => error.name);
  `);
  expect((await invoke(name)).result).toBe("AccessDeniedException");
});

test("writes a function's output to its log group, between START and REPORT", async () => {
  const name = await deploy(
    "exports.handler = async ({ pet }) => { console.log('pet', { pet }); console.error('oh'); };",
  );
  await invoke(name, { pet: "Rex" });
  const lines = await logged(name);
  const id = /^START RequestId: ([0-9a-f-]{36}) Version: \$LATEST$/.exec(lines[0] ?? "")?.[1];
  expect(lines[1]).toMatch(new RegExp(`^2026-01-\\S+Z\t${id}\tINFO\tpet \\{ pet: 'Rex' \\}$`));
  expect(lines[2]).toMatch(/\tERROR\toh$/);
  expect(lines[3]).toBe(`END RequestId: ${id}`);
  expect(lines[4]).toMatch(
    /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t/,
  );
});

test("the JSON log format wraps output and drops lines below its level", async () => {
  const LoggingConfig = { LogFormat: "JSON", ApplicationLogLevel: "WARN", SystemLogLevel: "WARN" } as const;
  const name = await deploy("exports.handler = async () => { console.info('no'); console.warn({ pets: 2 }); };", {
    LoggingConfig,
  });
  await invoke(name);
  expect((await logged(name)).map((line) => JSON.parse(line))).toEqual([
    {
      timestamp: expect.any(String),
      level: "WARN",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      message: { pets: 2 },
    },
  ]);
});

test("LogType Tail returns the end of the log", async () => {
  const name = await deploy("exports.handler = async () => console.log('printed');");
  const { LogResult = "" } = await invoke(name, {}, { LogType: "Tail" });
  const text = Buffer.from(LogResult, "base64").toString();
  expect(text).toContain("printed");
  expect(text).toMatch(/REPORT RequestId/);
});

test("a function without the permission to log runs, and its log is lost", async () => {
  const Role = await createRole(account, "silent", "lambda.amazonaws.com");
  const name = await deploy("exports.handler = async () => console.log('unheard');", { Role });
  expect((await invoke(name)).result).toBeNull();
  await expect(logged(name)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("an event is retried after one and after two minutes and then dropped", async () => {
  const name = await deploy("exports.handler = async () => { console.log('try'); throw new Error('never'); };");
  const { StatusCode } = await invoke(name, {}, { InvocationType: "Event" });
  const tries = async () => (await logged(name)).filter((line) => line.endsWith("\ttry")).length;
  expect(StatusCode).toBe(202);
  expect(await tries()).toBe(1);
  await account.clock.advance(60_000);
  expect(await tries()).toBe(2);
  await account.clock.advance(120_000);
  expect(await tries()).toBe(3);
  await account.clock.advance(3_600_000);
  expect(await tries()).toBe(3);
});

test("reserved concurrency 0 throttles every call", async () => {
  const FunctionName = await deploy("exports.handler = async () => 1;");
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  await expect(invoke(FunctionName)).rejects.toMatchObject({
    name: "TooManyRequestsException",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    $metadata: { httpStatusCode: 429 },
  });
});

test("refuses a payload that is not JSON before the function runs", async () => {
  const FunctionName = await deploy("exports.handler = async () => 1;");
  const wrong = lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from("{pets") }));
  await expect(wrong).rejects.toMatchObject({ name: "InvalidRequestContentException" });
});

test("refuses an invalid zip", async () => {
  const refused = deploy("", { Code: { ZipFile: Buffer.from("no zip") } });
  await expect(refused).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: "Could not unzip uploaded file. Please check your file, then try to upload again.",
  });
});

test("the resource policy contains the statements of AddPermission", async () => {
  const FunctionName = await deploy("exports.handler = async () => 1;");
  const rule = "arn:aws:events:eu-west-1:000000000000:rule/daily";
  const permission = { FunctionName, StatementId: "events", Action: "lambda:InvokeFunction" };
  await lambda.send(new AddPermissionCommand({ ...permission, Principal: "events.amazonaws.com", SourceArn: rule }));
  const { Policy = "" } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  expect(JSON.parse(Policy).Statement).toEqual([
    {
      Sid: "events",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: `arn:aws:lambda:eu-west-1:000000000000:function:${FunctionName}`,
      Condition: { ArnLike: { "AWS:SourceArn": rule } },
    },
  ]);
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: "events" }));
  const none = lambda.send(new GetPolicyCommand({ FunctionName }));
  await expect(none).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a deleted function is not found", async () => {
  const FunctionName = await deploy("exports.handler = async () => 1;");
  await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await expect(lambda.send(new GetFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: `Function not found: arn:aws:lambda:eu-west-1:000000000000:function:${FunctionName}`,
  });
});
