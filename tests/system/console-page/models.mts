// Models and experiments.
import { gzipSync } from "node:zlib";
import { Lambda } from "@aws-sdk/client-lambda";
import { SSM } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { chooseVariant } from "../../../contract/index.js";
import { sdk } from "../../../local/tests/support/aws.ts";
import { listParameters, prefixes } from "../../../names/layout.ts";
import { archiveKey } from "../../cli/recovery/recovery-stage.mts";
import { hurriedSpeed } from "../../support/hurried-speed.ts";
import { account, button, calls, deployed, open, page } from "./console-page.mts";

export function testModels(): void {
  test("retrains with the states live, shows the decision and rolls back", async () => {
    // Otherwise the execution may end before a slow page has shown it.
    account.clock.setSpeed(1);
    await open("models");
    await button("Retrain recommendation").click();
    await page.getByText(/^Now: /).waitFor();
    await button("Jump to its end").click();
    await page.getByText("promoted", { exact: true }).waitFor();
    account.clock.setSpeed(hurriedSpeed);
    await page
      .getByText(/above the threshold/)
      .first()
      .waitFor();
    const model = page.getByRole("region", { name: "Model recommendation" });
    const [before = ""] = await model.getByRole("row").nth(2).getByRole("link").allTextContents();
    const rollBack = model.getByRole("button", { name: "Roll back", exact: true });
    await rollBack.and(page.locator(":enabled")).click();
    await button("Cancel").click();
    await rollBack.click();
    await button(`Roll back to ${before}`).click();
    await page.getByText("rolled back", { exact: true }).waitFor();
    await model.getByRole("list", { name: "Rollbacks of recommendation, newest first" }).waitFor();
    expect(await page.getByRole("list", { name: "Executions, newest first" }).locator("> li").count()).toBe(1);
    const serving = expect.stringMatching(/^arn:aws:personalize:.*:solution\//);
    expect(calls("StartExecution").map(({ input }) => JSON.parse((input as { input: string }).input))).toEqual([
      { force: true, models: ["recommendation"] },
      { rollback: { model: "recommendation", from: serving } },
    ]);
  });

  test("shows an experiment: its verdict, variants, and the uplift's interval, also when a campaign was deleted, and how to begin one after its end", async () => {
    const Name = listParameters("small").experiment;
    const variants = { popular: 50, recommendation: 50 };
    const definition = {
      name: "card",
      placement: "popular",
      variants,
      goal: "Favorite",
      minimumEffect: 0.5,
      settleDays: 1,
    };
    const Value = JSON.stringify(definition);
    const { s3 } = deployed;
    // Its start, which a deployment writes before the parameter.
    await s3.putObject({
      Bucket: deployed.outputs.dataBucketName,
      Key: `${prefixes.experiments}card/definition.json`,
      Body: Value,
    });
    await new SSM(sdk(account)).putParameter({ Name, Type: "String", Value });
    const lambda = new Lambda(sdk(account));
    const FunctionName = deployed.outputs.recommendFunctionName;
    const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
    const Variables = { ...Environment?.Variables, EXPERIMENT: Value };
    await lambda.updateFunctionConfiguration({ FunctionName, Environment: { Variables } });
    const events = Array.from({ length: 400 }, (_, index) => {
      const sessionId = `visitor-${index}`;
      // Each second visitor of one variant reaches the goal, and each eighth of the other.
      const reaches = index % (chooseVariant(definition, { sessionId }) === "popular" ? 8 : 2) === 0;
      return JSON.stringify({ sessionId, eventType: reaches ? "Favorite" : "DetailView", itemId: "2-Beagle-2-3" });
    });
    const Bucket = deployed.outputs.archiveBucketName;
    await s3.putObject({
      Bucket,
      Key: archiveKey(account.clock.now()),
      Body: gzipSync(events.join("\n")),
    });
    // The visitors count from then on.
    await account.clock.advance(25 * 3_600_000);
    const effect = { kind: "error", code: "ResourceNotFoundException", message: "Deleted.", status: 400 } as const;
    account.faults.inject({ service: "personalize", operation: "DescribeCampaign", effect, share: 1 });
    await open("models");
    const panel = page.getByRole("region", { name: "Experiment" });
    await panel.getByText(/^recommendation wins: more visitors reach Favorite than with popular, \+/).waitFor();
    await panel.getByRole("img", { name: /^Uplift of recommendation in percent.* lower end: \d/ }).waitFor();
    expect(await panel.getByRole("row", { name: /^popular 50 % \d+ of \d+ - \d+ / }).count()).toBe(1);
    await panel.getByText(/^Visitors are those with any event/).waitFor();
    await panel.getByText(/^recommendation, campaign deleted/).waitFor();
    expect(await panel.textContent()).not.toContain("visitor-");
    await lambda.updateFunctionConfiguration({ FunctionName, Environment: { Variables: Environment?.Variables } });
    await new SSM(sdk(account)).deleteParameter({ Name });
    await panel.getByText("docs/experiments.md shows how to begin one.").waitFor();
    expect(await panel.locator(".chart").count()).toBe(0);
  });
}
