import { type CreateFunctionRequest, Lambda } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";

// Recorded responses of AWS: the snapshots of localstack/localstack in tests/aws/services/lambda_.

const account = await openAccount();
const lambda = new Lambda(sdk(account));

const create = (fields: object) =>
  lambda.createFunction({
    FunctionName: "f",
    Role: "arn:aws:iam::000000000000:role/r",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: Buffer.from("zip") },
    ...fields,
  } as CreateFunctionRequest);

test.each(["nodejs14.x", "python3.7", "go1.x", "java8"])(
  "the deprecated runtime %s is refused (test_create_deprecated_function_runtime_with_validation_enabled)",
  async (Runtime) => {
    await expect(create({ Runtime })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: `The runtime parameter of ${Runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    });
  },
);

describe("constraints (test_create_lambda_exceptions, test_function_arns)", () => {
  test.each([
    ["role", { Role: "r1" }],
    ["functionName", { FunctionName: "invalid:function:name" }],
    ["architectures", { Architectures: ["x86_64", "arm64"] }],
  ])("a wrong %s is a ValidationException", async (_, fields) => {
    await expect(create(fields)).rejects.toMatchObject({
      name: "ValidationException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("a runtime that does not exist is an InvalidParameterValueException", async () => {
    await expect(create({ Runtime: "PYTHON3.9" })).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  test("so is a name of more than 64 characters", async () => {
    const FunctionName = "a".repeat(65);
    await expect(create({ FunctionName })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: `1 validation error detected: Value '${FunctionName}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    });
  });
});

test("the body of a 404 has Message, of other errors message (test_function_lifecycle)", async () => {
  const headers = {
    authorization:
      "AWS4-HMAC-SHA256 Credential=000000000000/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0",
  };
  const functions = `${account.origin}/2015-03-31/functions`;
  const missing = await fetch(`${functions}/none`, { method: "DELETE", headers });
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({
    Message: "Function not found: arn:aws:lambda:eu-west-1:000000000000:function:none",
    Type: "User",
  });
  const body = JSON.stringify({
    ...{ FunctionName: "f", Role: "arn:aws:iam::000000000000:role/r", Runtime: "java8", Handler: "h" },
    Code: { ZipFile: "" },
  });
  const refused = await fetch(functions, { method: "POST", headers, body });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ message: expect.stringContaining("java8"), Type: "User" });
});

test("a validation text has the model's present pattern (test_function_name_and_qualifier_validation)", async () => {
  await expect(create({ FunctionName: "a b" })).rejects.toMatchObject({
    message: expect.stringContaining(":lambda:)?((eusc-)?[a-z]{2}"),
  });
});

test.each([
  ["PublishVersion", () => lambda.publishVersion({ FunctionName: "f" })],
  ["DeleteFunction of a version", () => lambda.deleteFunction({ FunctionName: "f", Qualifier: "1" })],
  ["CreateFunction with Publish", () => create({ Publish: true })],
])("%s returns 501", async (_, call) => {
  await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});
