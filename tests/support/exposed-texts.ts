import { CloudWatch, paginateDescribeAlarms, paginateListMetrics } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs, paginateDescribeLogGroups, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { Lambda, paginateListFunctions } from "@aws-sdk/client-lambda";
import { unzipSync } from "fflate";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";

/**
 * Reads, by its place, what people and programs without access to a stack's data can read: the
 * functions with all their files, the log groups, the alarms, and the metrics with their
 * dimensions.
 */
export async function readExposedTexts(account: Account): Promise<Readonly<Record<string, string>>> {
  return {
    ...(await readFunctions(new Lambda(sdk(account)))),
    ...(await readLogs(new CloudWatchLogs(sdk(account)))),
    ...(await readCloudWatch(new CloudWatch(sdk(account)))),
  };
}

async function readFunctions(client: Lambda): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName = "" } of Functions) {
      const { Code, Configuration } = await client.getFunction({ FunctionName });
      texts[`settings of ${FunctionName}`] = JSON.stringify(Configuration);
      const response = await fetch(Code?.Location ?? "");
      const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
      for (const [name, bytes] of Object.entries(files)) {
        texts[`${name} of ${FunctionName}`] = Buffer.from(bytes).toString("utf8");
      }
    }
  }
  return texts;
}

async function readLogs(client: CloudWatchLogs): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName = "" } of logGroups) {
      const lines: string[] = [];
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        lines.push(...events.map(({ message = "" }) => message));
      }
      texts[`log ${logGroupName}`] = lines.join("\n");
    }
  }
  return texts;
}

async function readCloudWatch(client: CloudWatch): Promise<Record<string, string>> {
  const metrics: unknown[] = [];
  for await (const { Metrics = [] } of paginateListMetrics({ client }, {})) metrics.push(...Metrics);
  const alarms: unknown[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, {})) alarms.push(...MetricAlarms);
  return { metrics: JSON.stringify(metrics), alarms: JSON.stringify(alarms) };
}
