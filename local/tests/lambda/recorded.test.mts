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
});

test.each([
  ["PublishVersion", () => lambda.publishVersion({ FunctionName: "f" })],
  ["DeleteFunction of a version", () => lambda.deleteFunction({ FunctionName: "f", Qualifier: "1" })],
])("%s returns 501", async (_, call) => {
  await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});
