// What an operator looks at: alarms, resources, requests, faults, the clock.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { S3 } from "@aws-sdk/client-s3";
import { SSM } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { sdk } from "../../../local/tests/support/aws.ts";
import { account, button, calls, open, page, put } from "./console-page.mts";

export function testOperations(): void {
  test("lists alarms and charts, on demand only the stack's, and confirms a subscription from its mail", async () => {
    const cloudwatch = new CloudWatch(sdk(account));
    const widgets = [{ type: "metric", properties: { title: "Own chart", metrics: [["Own", "Size", "Name", "own"]] } }];
    await cloudwatch.putDashboard({ DashboardName: "charts", DashboardBody: JSON.stringify({ widgets }) });
    await open("operations");
    await page.getByText(/\d+ alarms are quiet/).click();
    await page.getByRole("link", { name: "recommender-small-events-dropped" }).waitFor();
    await page.getByText("Events on the stream").waitFor();
    await page.getByText("Own chart").waitFor();
    await page.getByLabel("Only what belongs to the stack small").check();
    await page.getByText("Own chart").waitFor({ state: "detached" });
    await page.getByText("Events on the stream").waitFor();
    await button("Confirm the subscription of team@example.org").click();
    await button("Confirm the subscription of team@example.org").waitFor({ state: "detached" });
    expect(calls("ConfirmSubscription")).toHaveLength(1);
  });

  test("opens a resource with its properties and the policies of its role", async () => {
    await open("resources");
    await page.getByRole("link", { name: "ingest-events", exact: true }).first().click();
    await page.getByText("nodejs", { exact: false }).first().waitFor();
    await page.getByRole("cell", { name: "personalize:PutEvents" }).waitFor();
  });

  test("lists a bucket that no stack has, and shows its objects by pages", async () => {
    const s3 = new S3(sdk(account));
    await s3.createBucket({ Bucket: "own", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });
    for (let place = 0; place < 51; place++) {
      await s3.putObject({ Bucket: "own", Key: `note-${String(place).padStart(2, "0")}`, Body: `text ${place}` });
    }
    await open("resources");
    await page.getByText("Other resources of the account").waitFor();
    await page.getByRole("link", { name: "own", exact: true }).click();
    await button("note-00").waitFor();
    expect(await button("note-50").count()).toBe(0);
    await button("Next page").click();
    await button("note-50").click();
    await page.getByText("text 50").waitFor();
    await page.getByText("No policy belongs to this resource.").waitFor();
  });

  test("invokes a function and follows its log", async () => {
    const arn = "arn:aws:lambda:eu-west-1:000000000000:function:recommender-small-recommend-pets";
    await open(`resources/${encodeURIComponent(arn)}`);
    const lines = page.getByRole("region", { name: /^Lines of / });
    await page.getByRole("textbox", { name: "Payload, JSON" }).fill('{"userId": "u", "limit": "none"}');
    await button("Invoke").click();
    await page.getByText(/"statusCode": 400/).waitFor();
    await page.getByRole("region", { name: "End of the log" }).getByText("REPORT").waitFor();
    const [entry] = calls("Invoke").slice(-1);
    await lines
      .getByText(entry?.id ?? "")
      .first()
      .waitFor();
    await page.getByRole("textbox", { name: "Payload, JSON" }).fill("{");
    await button("Invoke").click();
    await page.getByText(/^The payload is not JSON/).waitFor();
  });

  test("shows the answer to a call, and a link to the call opens it again", async () => {
    await new SSM(sdk(account)).putParameter({ Name: "own", Type: "SecureString", Value: "open-sesame" });
    await new SSM(sdk(account)).getParameter({ Name: "own", WithDecryption: true });
    await open("requests/ssm GetParameter");
    await page.getByRole("button", { name: "ssm GetParameter", exact: true }).first().click();
    const answer = page.getByRole("region", { name: "Answer" });
    await answer.getByText('"Version": 1').waitFor();
    expect(await answer.textContent()).not.toContain("open-sesame");
    await page.reload();
    await answer.getByText('"Version": 1').waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("ssm GetParameter");
  });

  test("lists a request with its caller, IAM's statement and a command to repeat it", async () => {
    await open("visitors");
    await page.getByText("Answered by the function").waitFor();
    await open("requests/GetRecommendations recommend-pets");
    await page.getByRole("button", { name: "personalize-runtime GetRecommendations" }).first().click();
    await page.getByText("the statement of the identity-based policy").waitFor();
    await page.getByText("aws personalize-runtime get-recommendations").waitFor();
    await page.getByRole("cell", { name: "personalize:GetRecommendations" }).waitFor();
  });

  test("jumps the clock ahead", async () => {
    await open("time");
    const before = account.clock.now();
    await button("1 hour").click();
    await page.getByText(/The account's clock is at/).waitFor();
    expect(account.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
  });

  test("says which injected fault a call met, and counts it in the pipeline", async () => {
    const effect = { kind: "error", code: "InternalServerException", message: "Injected here.", status: 500 } as const;
    account.faults.inject({ service: "kinesis", operation: "PutRecord", effect });
    await expect(put("fault", "{}")).rejects.toThrow("Injected here.");
    await open("requests/PutRecord fault");
    await page.getByRole("button", { name: "kinesis PutRecord" }).first().click();
    await page.getByText("answers InternalServerException: Injected here.").waitFor();
    await open("pipeline");
    await page.getByText(/^Injected faults made calls fail: .*\bkinesis PutRecord 1\b/).waitFor();
  });
}
