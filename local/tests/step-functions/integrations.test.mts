import { describe, expect, test } from "vitest";
import { ConnectionDropped, Fault, notImplemented } from "../../account/aws/fault.ts";
import { Content } from "../../account/content/content.ts";
import type { Json } from "../../account/services/step-functions/definition/definition.ts";
import { prepareTask } from "../../account/services/step-functions/integrations/integration.ts";

/** Runs one task against a service that returns `answer`; also returns the service's input. */
async function call(resource: string, parameters: Json, answer: unknown = {}) {
  const calls: { service: string; operation: string; input: unknown }[] = [];
  const start = await prepareTask(
    `arn:aws:states:::${resource}`,
    parameters,
    async (service, operation, input) => {
      calls.push({ service, operation, input });
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => "request-1",
  );
  return { result: await start(), calls };
}

const textOf = (call: { input: unknown } | undefined, member: string) =>
  Buffer.from((call?.input as Record<string, Uint8Array> | undefined)?.[member] ?? []).toString();

describe("aws-sdk", () => {
  test("arguments in PascalCase become the service's members, results come back in PascalCase", async () => {
    const { result, calls } = await call(
      "aws-sdk:personalize:describeSolutionVersion",
      { SolutionVersionArn: "arn:v" },
      { solutionVersion: { solutionVersionArn: "arn:v", status: "ACTIVE", creationDateTime: new Date(0) } },
    );
    expect(calls).toEqual([
      { service: "personalize", operation: "DescribeSolutionVersion", input: { solutionVersionArn: "arn:v" } },
    ]);
    expect(result).toEqual({
      SolutionVersion: {
        SolutionVersionArn: "arn:v",
        Status: "ACTIVE",
        CreationDateTime: "1970-01-01T00:00:00.000Z",
      },
    });
  });

  test("keys of maps are data and keep their case", async () => {
    const { result } = await call(
      "aws-sdk:personalize:getSolutionMetrics",
      { SolutionVersionArn: "arn:v" },
      { metrics: { precision_at_5: 0.25 } },
    );
    expect(result).toEqual({ Metrics: { precision_at_5: 0.25 } });
  });

  test("S3 stores any body as JSON, a text in quotation marks too (recorded on AWS: localstack #12035)", async () => {
    const bodyOf = async (Body: Json) => {
      const { calls } = await call("aws-sdk:s3:putObject", { Bucket: "b", Key: "k", Body });
      return String((calls[0]?.input as { Body?: Content } | undefined)?.Body);
    };
    expect(await bodyOf("plain")).toBe('"plain"');
    expect(await bodyOf({ decision: "promote" })).toBe('{"decision":"promote"}');
  });

  test("S3 gets a text with its type and a checksum (recorded: test_s3_put_object[str])", async () => {
    const { calls } = await call("aws-sdk:s3:putObject", { Bucket: "b", Key: "k", Body: "text data" });
    expect(calls[0]?.input).toMatchObject({ ContentType: "text/plain; charset=UTF-8", ChecksumCRC32: "KUmHvQ==" });
  });

  test("S3 gets the type and the checksum that a task names", async () => {
    const given = { ContentType: "application/json", ChecksumSHA256: "x" };
    const { calls } = await call("aws-sdk:s3:putObject", { Bucket: "b", Key: "k", Body: {}, ...given });
    expect(calls[0]?.input).toEqual({ Bucket: "b", Key: "k", Body: expect.anything(), ...given });
  });

  test("a body that comes back is text", async () => {
    const { result } = await call("aws-sdk:s3:getObject", { Bucket: "b", Key: "k" }, { Body: Content.of("{}") });
    expect(result).toEqual({ Body: "{}" });
  });

  test("timestamps are accepted in ISO 8601", async () => {
    const { calls } = await call("aws-sdk:cloudwatch:putMetricData", {
      Namespace: "Recommender",
      MetricData: [{ MetricName: "Gate", Value: 1, Timestamp: "2026-03-01T00:00:00Z" }],
    });
    expect(calls[0]?.input).toEqual({
      Namespace: "Recommender",
      MetricData: [{ MetricName: "Gate", Value: 1, Timestamp: new Date("2026-03-01T00:00:00Z") }],
    });
  });

  test.each<[string, Json, string]>([
    ["an unknown field", { Solution: "a" }, "The field 'Solution' is not supported by Step Functions"],
    ["a missing field", {}, "The field 'SolutionArn' is required but was missing"],
    ["a wrong type", { SolutionArn: 1 }, "The value for the field 'SolutionArn' must be a STRING"],
  ])("%s is States.Runtime before anything is called", async (_, parameters, problem) => {
    await expect(call("aws-sdk:personalize:createSolutionVersion", parameters)).rejects.toMatchObject({
      error: "States.Runtime",
      message: expect.stringContaining(problem),
    });
  });

  test.each([
    [
      "a modelled error",
      "personalize:createSolutionVersion",
      "LimitExceededException",
      "Personalize.LimitExceededException",
    ],
    ["an unmodelled one", "personalize:createSolutionVersion", "AccessDenied", "Personalize.PersonalizeException"],
    ["a throttle", "personalize:createSolutionVersion", "ThrottlingException", "Personalize.PersonalizeException"],
    ["S3's short name", "s3:getObject", "NoSuchKey", "S3.NoSuchKeyException"],
    ["S3's refusal", "s3:getObject", "AccessDenied", "S3.S3Exception"],
    ["SSM", "ssm:getParameter", "ParameterNotFound", "Ssm.ParameterNotFoundException"],
  ])("%s", async (_, action, code, expected) => {
    const parameters: Record<string, Json> = {
      "personalize:createSolutionVersion": { SolutionArn: "a" },
      "s3:getObject": { Bucket: "b", Key: "k" },
      "ssm:getParameter": { Name: "n" },
    };
    const failed = call(`aws-sdk:${action}`, parameters[action] ?? {}, new Fault(code, "No."));
    await expect(failed).rejects.toMatchObject({
      error: expected,
      message: expect.stringMatching(/^No\. \(Service: \w+, Status Code: \d+, Request ID: request-1[,)]/),
    });
  });

  test("what the account does not implement fails the execution for good", async () => {
    const failed = call(
      "aws-sdk:personalize:describeBatchInferenceJob",
      { BatchInferenceJobArn: "arn:j" },
      notImplemented("personalize:DescribeBatchInferenceJob"),
    );
    await expect(failed).rejects.toMatchObject({
      error: "States.Runtime",
      message: expect.stringContaining("personalize:DescribeBatchInferenceJob is not implemented by the local account"),
    });
  });
});

describe("lambda:invoke", () => {
  const invoke = (Payload: Json, answer: unknown) => call("lambda:invoke", { FunctionName: "f", Payload }, answer);

  test("sends JSON, answers the parsed payload", async () => {
    const { result, calls } = await invoke("text", {
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      Payload: Buffer.from('{"decision":"keep"}'),
    });
    expect(textOf(calls[0], "Payload")).toBe('"text"');
    expect(result).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST", Payload: { decision: "keep" } });
  });

  test("a function's error has its errorType as name and the whole payload as cause", async () => {
    const payload = '{"errorType":"GateError","errorMessage":"no metrics"}';
    const failed = invoke({}, { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from(payload) });
    await expect(failed).rejects.toMatchObject({ error: "GateError", message: payload });
  });

  test.each([
    ["TooManyRequestsException", "Lambda.TooManyRequestsException"],
    ["AccessDenied", "Lambda.AWSLambdaException"],
  ])("%s surfaces as %s", async (code, expected) => {
    await expect(invoke({}, new Fault(code, "No."))).rejects.toMatchObject({ error: expected });
  });
});

test("sns:publish sends a message that is no text as its JSON", async () => {
  const { result, calls } = await call("sns:publish", { TopicArn: "t", Message: { kept: 1 } }, { MessageId: "m" });
  expect(calls[0]).toEqual({ service: "sns", operation: "Publish", input: { TopicArn: "t", Message: '{"kept":1}' } });
  expect(result).toMatchObject({ MessageId: "m" });
});

// Developer guide, "Handle transient Lambda service exceptions", for Lambda; the others by the same
// SDK.
test.each([
  ["aws-sdk:personalize:describeCampaign", { CampaignArn: "arn:c" }, "Personalize.SdkClientException"],
  ["lambda:invoke", { FunctionName: "f" }, "Lambda.SdkClientException"],
])("%s fails with the SDK's own error when the connection was closed without an answer", async (task, input, error) => {
  await expect(call(task, input, new ConnectionDropped())).rejects.toMatchObject({ error });
});
