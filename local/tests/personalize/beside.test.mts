// An account with Personalize only, beside another emulator, which has the files and the roles.
import { execFile } from "node:child_process";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { IAM } from "@aws-sdk/client-iam";
import { Personalize } from "@aws-sdk/client-personalize";
import { describe, expect, test } from "vitest";
import { Fault } from "../../account/aws/fault.ts";
import { JobFailure } from "../../account/services/personalize/faults.ts";
import { accessOutside } from "../../account/services/personalize/s3/access-outside.ts";
import { readSource } from "../../account/services/personalize/s3/source.ts";
import { interactionFields, minute, start, writeCatalogue, writeViews } from "../../record/personalize/pets.ts";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { needs } from "../support/needs.ts";
import { createRole, policyOf, sessionOf } from "../support/roles.ts";
import { serve } from "../support/serve.ts";
import { succeeds } from "../support/succeeds.ts";
import { openStage } from "./stage.mts";

const other = await openAccount({ start });
const on = await openStage({}, { s3Endpoint: other.origin });
const groupArn = await on.group();
const interactions = await on.dataset(groupArn, "Interactions", interactionFields);

const importFrom = async (dataLocation: string) => {
  const { datasetImportJobArn } = await on.personalize.createDatasetImportJob({
    jobName: on.fresh("job"),
    datasetArn: interactions,
    dataSource: { dataLocation },
    roleArn: on.roleArn,
  });
  await on.account.clock.advance(5 * minute);
  const { datasetImportJob } = await on.personalize.describeDatasetImportJob({ datasetImportJobArn });
  return datasetImportJob;
};

describe("a job beside another emulator", () => {
  test("reads a file there, and an export writes what was imported there", async () => {
    expect(await on.load(interactions, writeViews())).toMatchObject({ status: "ACTIVE" });
    expect((await on.rows(interactions)).sort()).toEqual(writeViews().split("\n").slice(1).sort());
  });
});

test.each([
  ["s3://nowhere/file.csv", /^Invalid Data location: The specified bucket does not exist.*http:\/\/127/],
  ["s3://pet-data/no-such-file.csv", /^Invalid Data location: s3:\/\/pet-data\/no-such-file.csv contains no file/],
  ["s3://pet-data/items.csv", /^Input CSV is missing the following columns: \[USER_ID, TIMESTAMP, EVENT_TYPE/],
  ["s3://closed/file.csv", /^Insufficient privileges for accessing data in Amazon S3: /],
])("a job fails in the service's words: %s", async (location, reason) => {
  await on.put("items.csv", writeCatalogue());
  await on.s3.createBucket({ Bucket: "closed" }).catch(() => undefined);
  const Deny = { Effect: "Deny", Principal: "*", Action: "s3:ListBucket", Resource: "arn:aws:s3:::closed" };
  await on.s3.putBucketPolicy({ Bucket: "closed", Policy: policyOf([Deny]) });
  const job = await importFrom(location);
  expect(job).toMatchObject({ status: "CREATE FAILED", failureReason: expect.stringMatching(reason) });
});

describe("an S3 that answers so", () => {
  const job = { scope: { account: "000000000000", region: "eu-west-1" }, roleArn: "", sourceArn: "" };
  /** What a job reads from a folder on a server, or the reason for which it fails. */
  const readFrom = async (answer: RequestListener) => {
    const { origin, close } = await serve(answer);
    const read = async () => {
      const found: string[] = [];
      // A short patience: with the usual one, the test would only take longer.
      for await (const { name, content } of readSource(accessOutside(origin, 100), job, "s3://pets/visits/")) {
        for await (const piece of content.pieces()) found.push(`${name}: ${piece}`);
      }
      return found;
    };
    const end = await read().catch((error: Error) => {
      if (!(error instanceof Fault || error instanceof JobFailure)) throw error;
      return error.message.replace(origin, "ADDRESS");
    });
    close();
    return end;
  };
  const listOf = (key: string, more = "") =>
    `<ListBucketResult><Contents><Key>visits/${key}</Key></Contents>${more}</ListBucketResult>`;
  /** Lists a file, and answers so when it is read. */
  const withFile =
    (answer: (response: ServerResponse) => void): RequestListener =>
    ({ url = "" }, response) =>
      url.includes("list-type=2") ? response.end(listOf("a.csv")) : answer(response);

  test("with a second page of its listing is read to the end", async () => {
    const pages: RequestListener = ({ url = "" }, response) => {
      if (!url.includes("list-type=2")) return response.end(url.split("?")[0]);
      const next = "<NextContinuationToken>n</NextContinuationToken>";
      return response.end(url.includes("continuation-token=n") ? listOf("b.csv") : listOf("a.csv", next));
    };
    expect(await readFrom(pages)).toEqual([
      "s3://pets/visits/a.csv: /pets/visits/a.csv",
      "s3://pets/visits/b.csv: /pets/visits/b.csv",
    ]);
  });

  test.each<[string, RequestListener, RegExp]>([
    ["never", () => undefined, /^The S3 at ADDRESS cannot be reached: .*timed out after 100 ms/],
    [
      "with a part of a file",
      withFile((response) => response.writeHead(200, { "content-length": 100 }).write("USER_ID")),
      /^The S3 at ADDRESS cannot be reached: .*timed out after 100 ms/,
    ],
    [
      "with a part of a file, and closes the connection",
      withFile((response) => {
        response.writeHead(200, { "content-length": 100 }).write("USER_ID", () => response.destroy());
      }),
      /^The S3 at ADDRESS cannot be reached: aborted$/,
    ],
    [
      "with another error",
      withFile((response) =>
        response.writeHead(507).end("<Error><Code>StorageFull</Code><Message>No space left.</Message></Error>"),
      ),
      /^No space left\. \(StorageFull, from the S3 at ADDRESS\)$/,
    ],
    [
      "with a page, because it is none",
      (_, response) => response.writeHead(404, { "content-type": "text/html" }).end("<p>Hi"),
      /from the S3 at ADDRESS\)$/,
    ],
  ])("%s, ends the job with the reason", async (_, answer, reason) => {
    expect(await readFrom(answer)).toMatch(reason);
  });

  test("at an address where nobody listens, ends the job with the reason", async () => {
    const read = readSource(accessOutside("http://127.0.0.1:1"), job, "s3://pets/visits/").next();
    await expect(read).rejects.toThrow(/^The S3 at http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/);
  });
});

describe("an account with Personalize only", () => {
  test("answers 501 to a call of another service", async () => {
    await expect(new IAM(sdk(on.account)).listRoles()).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
      message: expect.stringContaining(
        "iam:ListRoles is not served: this account was started with personalize, personalize-events, personalize-runtime only",
      ),
    });
  });

  test("lists what it has to a client of a service that no account here has", async () => {
    const headers = { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" };
    const answer = await fetch(on.account.origin, { method: "POST", headers, body: "{}" });
    expect([answer.status, await answer.text()]).toEqual([
      501,
      expect.stringContaining("It has personalize, personalize-events, personalize-runtime."),
    ]);
  });

  test("accepts sessions of roles that only the other one knows, and no caller without a key", async () => {
    const credentials = await sessionOf(other, await createRole(other, "caller", "000000000000"));
    const { datasetGroups } = await new Personalize(sdk(on.account, credentials)).listDatasetGroups({});
    expect(datasetGroups).toHaveLength(1);
    const headers = { "x-amz-target": "AmazonPersonalize.ListDatasetGroups" };
    const answer = await fetch(on.account.origin, { method: "POST", headers, body: "{}" });
    expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([400, "AccessDeniedException"]);
  });

  test("shows what it has in its console", async () => {
    const found = await fetch(`${on.account.origin}/_console/api/resources`);
    expect(await found.json()).toEqual([
      {
        component: expect.any(String),
        resources: expect.arrayContaining([expect.objectContaining({ arn: groupArn })]),
      },
    ]);
  });

  test("creates a group with a role and a key that only the other one knows", async () => {
    const { datasetGroupArn } = await on.personalize.createDatasetGroup({
      name: "locked",
      roleArn: "arn:aws:iam::123456789012:role/outside",
      kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012",
    });
    await on.account.clock.advance(minute);
    expect((await on.personalize.describeDatasetGroup({ datasetGroupArn })).datasetGroup?.status).toBe("ACTIVE");
  });
});

const needsMoto = needs("python3 with boto3 and moto", succeeds("python3", ["-c", "import boto3, moto.server"]));

test("beside moto, boto3 imports, trains, recommends, exports and runs a batch", needsMoto, async () => {
  const local = join(import.meta.dirname, "../..");
  const account = [process.execPath, join(local, "local-aws-account.cjs")];
  const program = join(import.meta.dirname, "beside_moto.py");
  const { stdout } = await promisify(execFile)("python3", [program, join(local, "examples"), ...account], {
    env: { PATH: process.env.PATH },
  });
  expect(stdout.replace(/http:\/\/127.*\d/, "ADDRESS").split("\n")).toEqual([
    expect.stringMatching(/^user-0 \['cat-\d', 'cat-\d', 'cat-\d'\]$/),
    expect.stringMatching(/^user-1 \['dog-\d', 'dog-\d', 'dog-\d'\]$/),
    "ACTIVE",
    "new,cat-1,1700000000",
    "ACTIVE",
    "dog",
    "Invalid Data location: The specified bucket does not exist (NoSuchBucket, from the S3 at ADDRESS)",
    "",
  ]);
});
