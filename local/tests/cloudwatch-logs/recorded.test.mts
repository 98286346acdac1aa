import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startAccount } from "../../account/account.ts";
import { sdk } from "../support/aws.ts";

let account: Account;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  account = await startAccount({ speed: 0 });
  logs = new CloudWatchLogsClient(sdk(account));
});
afterAll(async () => {
  logs.destroy();
  await account.close();
});

// Recorded on AWS: localstack's snapshots test_create_log_group_invalid_name_length and
// test_delete_metric_filter_invalid_log_group_name of tests/aws/services/logs.
test.each([
  ["CreateLogGroup", (logGroupName: string) => logs.send(new CreateLogGroupCommand({ logGroupName }))],
  [
    "DeleteMetricFilter",
    (logGroupName: string) => logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName: "f" })),
  ],
])("%s refuses a name of more than 512 characters with its own message", async (_, send) => {
  await expect(send("a".repeat(513))).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
  });
});
