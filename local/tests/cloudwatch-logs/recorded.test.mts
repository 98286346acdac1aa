import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect, test } from "vitest";
import { openAccount } from "../support/account.mts";
import { sdk } from "../support/aws.ts";
import { policyOf } from "../support/roles.ts";

const account = await openAccount();
const logs = new CloudWatchLogs(sdk(account));

// Recorded on AWS: localstack's snapshots test_create_log_group_invalid_name_length and
// test_delete_metric_filter_invalid_log_group_name of tests/aws/services/logs.
test.each([
  ["CreateLogGroup", (logGroupName: string) => logs.createLogGroup({ logGroupName })],
  ["DeleteMetricFilter", (logGroupName: string) => logs.deleteMetricFilter({ logGroupName, filterName: "f" })],
])("%s refuses a name of more than 512 characters with its own message", async (_, send) => {
  await expect(send("a".repeat(513))).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
  });
});

test("a wrong logGroupIdentifier is not repeated", async () => {
  // getmoto/moto, tests/test_logs/test_logs.py
  const call = logs.describeLogStreams({ logGroupIdentifier: "group:*" });
  await expect(call).rejects.toMatchObject({
    name: "InvalidParameterException",
    message:
      "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*",
  });
});

test("a metric's namespace may have a colon", async () => {
  // test_put_metric_filter_with_special_namespace
  await logs.createLogGroup({ logGroupName: "special" });
  const put = (metricNamespace: string) =>
    logs.putMetricFilter({
      logGroupName: "special",
      filterName: "f",
      filterPattern: "x",
      metricTransformations: [{ metricNamespace, metricName: "metricName", metricValue: "1" }],
    });
  await put("A.B-c_d/1#2:metricNamespace");
  const find = { metricNamespace: "A.B-c_d/1#2:metricNamespace", metricName: "metricName" };
  expect((await logs.describeMetricFilters(find)).metricFilters).toHaveLength(1);
  await expect(put("A$B")).rejects.toMatchObject({ name: "InvalidParameterException" });
});

test("a resource policy may have a resource that is no ARN", async () => {
  // test_put_resource_policy_update, test_describe_resource_policies, test_delete_resource_policy
  const statement = { Effect: "Allow", Principal: { Service: ["route53.amazonaws.com"] }, Action: "logs:PutLogEvents" };
  const put = (Resource?: string) =>
    logs.putResourcePolicy({
      policyName: "route53",
      policyDocument: policyOf([{ ...statement, Resource }]),
    });
  expect((await put("log_arn")).resourcePolicy?.policyName).toBe("route53");
  await expect(put()).rejects.toMatchObject({ name: "InvalidParameterException" });
});
