import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { cbor, dateToTag } from "@smithy/core/cbor";
import { describe, expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk, signedFor } from "../support/aws.ts";

const account = await openAccount({ start: Date.parse("2026-03-01T10:00:00Z") });
const cloudwatch = new CloudWatch(sdk(account));

async function sendCbor(operation: string, input: unknown) {
  const response = await fetch(`${account.origin}/service/GraniteServiceVersion20100801/operation/${operation}`, {
    method: "POST",
    headers: { ...signedFor("monitoring"), "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
    body: Buffer.from(cbor.serialize(input)),
  });
  return { response, output: cbor.deserialize(new Uint8Array(await response.arrayBuffer())) };
}

async function sendForm(service: string, form: Record<string, string>) {
  const response = await fetch(account.origin, {
    method: "POST",
    headers: signedFor(service),
    body: new URLSearchParams(form),
  });
  return { status: response.status, text: await response.text() };
}

async function sendJson(service: string, target: string, body = "{}", headers = {}) {
  const response = await fetch(account.origin, {
    method: "POST",
    headers: { ...signedFor(service), "x-amz-target": target, ...headers },
    body,
  });
  return { response, output: JSON.parse(await response.text()) };
}

describe("CloudWatch", () => {
  const alarm = {
    AlarmName: "quiet",
    Namespace: "Pets",
    MetricName: "Events",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1.5,
    ComparisonOperator: "LessThanThreshold",
  };

  test("uses RPC v2 CBOR, which boto3 chooses, with CBOR's times", async () => {
    const timestamp = new Date(account.clock.now());
    const put = await sendCbor("PutMetricData", {
      Namespace: "Pets",
      MetricData: [{ MetricName: "Adopted", Value: 2.5, Timestamp: dateToTag(timestamp) }],
    });
    expect(put.response.status).toBe(200);
    expect(put.response.headers.get("smithy-protocol")).toBe("rpc-v2-cbor");
    expect(put.response.headers.get("content-type")).toBe("application/cbor");
    const { output } = await sendCbor("GetMetricStatistics", {
      Namespace: "Pets",
      MetricName: "Adopted",
      StartTime: dateToTag(timestamp),
      EndTime: dateToTag(new Date(timestamp.getTime() + 60_000)),
      Period: 60,
      Statistics: ["Sum"],
    });
    expect(output.Datapoints).toMatchObject([{ Sum: 2.5, Timestamp: { tag: 1, value: timestamp.getTime() / 1000 } }]);
  });

  test("returns errors in CBOR, with the Query code in a header", async () => {
    const { response, output } = await sendCbor("GetDashboard", { DashboardName: "none" });
    expect(response.status).toBe(404);
    expect(response.headers.get("x-amzn-query-error")).toBe("ResourceNotFound;Sender");
    expect(output.__type).toBe("DashboardNotFoundError");
  });

  test("uses the Query protocol", async () => {
    const { status } = await sendForm("monitoring", { Action: "PutMetricAlarm", ...stringified(alarm) });
    expect(status).toBe(200);
    const described = await sendForm("monitoring", { Action: "DescribeAlarms", "AlarmNames.member.1": "quiet" });
    expect(described.text).toContain(
      '<DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">',
    );
    expect(described.text).toContain("<AlarmName>quiet</AlarmName>");
    const { MetricAlarms } = await cloudwatch.describeAlarms({ AlarmNames: ["quiet"] });
    expect(MetricAlarms).toMatchObject([{ AlarmName: "quiet", Threshold: 1.5 }]);
  });

  test("returns 501 for an action that the model lacks: it may be newer than the model", async () => {
    expect(await sendForm("monitoring", { Action: "PutPets", Version: "2010-08-01" })).toMatchObject({
      status: 501,
      text: expect.stringContaining("cloudwatch:PutPets is not implemented by the local account"),
    });
    const { response, output } = await sendJson("monitoring", "GraniteServiceVersion20100801.PutPets", "{}");
    expect(response.status).toBe(501);
    expect(output.message ?? output.Message).toContain("cloudwatch:PutPets is not implemented by the local account");
  });

  test("returns errors with their Query code in JSON", async () => {
    const gone = cloudwatch.getDashboard({ DashboardName: "none" });
    await expect(gone).rejects.toMatchObject({ name: "ResourceNotFound", $metadata: { httpStatusCode: 404 } });
    const invalid = await sendJson(
      "monitoring",
      "GraniteServiceVersion20100801.PutMetricAlarm",
      JSON.stringify({ ...alarm, ComparisonOperator: "INVALID" }),
    );
    expect(invalid.response.headers.get("x-amzn-query-error")).toBe("ValidationError;Sender");
    expect(invalid.output).toMatchObject({
      __type: "ValidationException",
      message: expect.stringMatching(
        /^1 validation error detected: Value 'INVALID' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: \[/,
      ),
    });
  });
});

const stringified = (input: object) =>
  Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));

describe("a service that the account does not have", () => {
  const here = /It has cloudwatch, cloudwatch-logs, eventbridge, firehose, iam, .*s3, .*sts\.$/;

  test("returns 501 in JSON, found by its target", async () => {
    const { response, output } = await sendJson("sqs", "AmazonSQS.ListQueues", "{}", {
      "content-type": "application/x-amz-json-1.0",
    });
    expect(response.status).toBe(501);
    expect(response.headers.get("x-amzn-errortype")).toBe("NotImplemented");
    expect(output).toEqual({ __type: "NotImplemented", message: expect.stringMatching(here) });
    expect(output.message).toMatch(/^sqs:ListQueues is not implemented: the local account has no service "sqs"\./);
  });

  test("returns 501 in XML for the Query protocol", async () => {
    const { status, text } = await sendForm("redshift", { Action: "DescribeClusters", Version: "2012-12-01" });
    expect(status).toBe(501);
    expect(text).toMatch(
      /<ErrorResponse><Error><Type>Receiver<\/Type><Code>NotImplemented<\/Code><Message>redshift:DescribeClusters is/,
    );
  });

  test("returns 501 for REST, with the address as the operation", async () => {
    const get = (service: string, path: string) => fetch(`${account.origin}${path}`, { headers: signedFor(service) });
    const functions = await get("apigateway", "/restapis");
    expect(functions.status).toBe(501);
    expect(await functions.json()).toMatchObject({
      __type: "NotImplemented",
      message: expect.stringMatching(/^apigateway:GET \/restapis is not implemented/),
    });
    const distributions = await get("cloudfront", "/2020-05-31/distribution");
    expect(distributions.status).toBe(501);
    expect(await distributions.text()).toContain("<Message>cloudfront:GET /2020-05-31/distribution is not implemented");
  });

  test("is S3 Control, although it signs as S3", async () => {
    const get = (path: string) =>
      fetch(`${account.origin}/v20180820/${path}`, {
        headers: { ...signedFor("s3"), "x-amz-account-id": "000000000000" },
      });
    const jobs = await get("jobs");
    expect(jobs.status).toBe(501);
    expect(await jobs.text()).toContain("<Message>s3-control:GET /v20180820/jobs is not implemented");
    const tags = await get("tags/arn%3Aaws%3As3%3A%3A%3Apets");
    expect(tags.status).toBe(405);
    expect(await tags.text()).toContain("<Code>MethodNotAllowed</Code>");
  });

  test("differs from a request without a service, which gets 404", async () => {
    const response = await fetch(`${account.origin}/hello`);
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(
      /^No AWS service is addressed by this request: it has no signature\..*--aws-sigv4 aws:amz:eu-west-1:s3/s,
    );
  });
});
