import { Lambda } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { readZip } from "../../account/services/lambda/code/zip.ts";
import { sdk } from "../support/aws.ts";
import { sessionWith } from "../support/roles.ts";
import { openLambda, waitForUpdate, writeReturning, zipOf } from "./functions.mts";

const on = await openLambda();
const s3 = new S3({ ...sdk(on.account), forcePathStyle: true });
await s3.createBucket({ Bucket: "artifacts" });
const VersioningConfiguration = { Status: "Enabled" } as const;
await s3.putBucketVersioning({ Bucket: "artifacts", VersioningConfiguration });

const result = async (name: string) => (await on.invoke(name)).result;
const upload = async (Key: string, value: unknown) =>
  (await s3.putObject({ Bucket: "artifacts", Key, Body: zipOf(writeReturning(value)) })).VersionId;

describe("Code.Location", () => {
  const locate = async (FunctionName: string) => {
    const { Code } = await on.lambda.getFunction({ FunctionName });
    expect(Code?.RepositoryType).toBe("S3");
    return new URL(Code?.Location ?? "");
  };

  test("is valid for ten minutes (API reference, FunctionCodeLocation)", async () => {
    await on.create("expiring", writeReturning(1));
    const location = await locate("expiring");
    expect(location.searchParams.get("X-Amz-Expires")).toBe("600");
    location.searchParams.set("X-Amz-Date", "20200101T000000Z");
    expect((await fetch(location)).status).toBe(403);
  });

  test("changes after an update of the code", async () => {
    await on.create("changing", writeReturning("old"));
    const old = await locate("changing");
    const ZipFile = zipOf(writeReturning("new"));
    await on.lambda.updateFunctionCode({ FunctionName: "changing", ZipFile });
    await waitForUpdate(on.account);
    const next = await locate("changing");
    expect(next.origin).toBe(on.account.origin);
    expect(next.pathname).not.toBe(old.pathname);
    expect(Buffer.from(await (await fetch(next)).arrayBuffer())).toEqual(Buffer.from(ZipFile));
  });
});

describe("code in S3", () => {
  test("runs in the requested version", async () => {
    const S3ObjectVersion = await upload("fn.zip", "old");
    await upload("fn.zip", "new");
    await on.create("newest", "", { Code: { S3Bucket: "artifacts", S3Key: "fn.zip" } });
    await on.create("older", "", { Code: { S3Bucket: "artifacts", S3Key: "fn.zip", S3ObjectVersion } });
    expect([await result("newest"), await result("older")]).toEqual(["new", "old"]);
  });

  test.each([
    ["NoSuchBucket", { S3Bucket: "no-such-bucket", S3Key: "fn.zip" }, "The specified bucket does not exist"],
    ["NoSuchKey", { S3Bucket: "artifacts", S3Key: "none.zip" }, "The specified key does not exist."],
  ])("%s is reported with AWS's error (test_lambda_code_location_s3_errors)", async (code, Code, message) => {
    await expect(on.create("wrong", "", { Code })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: `Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`,
    });
  });

  test("requires s3:GetObject of the caller (developer guide, deploying from S3)", async () => {
    await upload("private.zip", 1);
    const grants = [
      { Action: "lambda:*", Resource: "*" },
      { Action: "iam:PassRole", Resource: on.role },
    ];
    const deployer = new Lambda(sdk(on.account, await sessionWith(on.account, "deployer", grants)));
    await expect(
      deployer.createFunction({
        FunctionName: "denied",
        Role: on.role,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { S3Bucket: "artifacts", S3Key: "private.zip" },
      }),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("GetObject for artifacts/private.zip"),
    });
  });
});

test.each(["../escape.js", "/etc/passwd", "a\u0000b", "x".repeat(300)])(
  "a zip with the name %j, which no file may have, is refused",
  async (name) => {
    const ZipFile = zipSync({ [name]: strToU8("x") });
    await expect(on.create("named", "", { Code: { ZipFile } })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
  },
);

test("the files of a zip must be smaller than 250 MB together, as Lambda's message says", () => {
  const zip = Buffer.from(zipOf("exports.handler = 1;"));
  // The size that the zip's directory names (APPNOTE.TXT, section 4.3.12).
  const directory = zip.indexOf(Buffer.from("PK\u0001\u0002"));
  zip.writeUInt32LE(262_144_000, directory + 24);
  expect(() => readZip(zip)).toThrow("Unzipped size must be smaller than 262144000 bytes");
  zip.writeUInt32LE(262_143_999, directory + 24);
  expect(() => readZip(zip)).not.toThrow("Unzipped size");
});
