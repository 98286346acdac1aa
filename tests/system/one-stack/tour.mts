// The tour's retraining beside others, on a machine of any speed.
import { expect, test } from "vitest";
import { createAws } from "../../../cli/stack/aws.ts";
import { retraining } from "../../../demo/tour/steps-retraining.ts";
import { createTourJourney } from "../../../demo/tour/tour-journey.ts";
import { sdk } from "../../../local/tests/support/aws.ts";
import type { DeployedStack } from "../../support/deployed-stack.ts";

/** The last tests of a stack: they leave a retraining that runs. */
export function testTour(open: () => DeployedStack): void {
  test("the retraining waits, in words, for another one that runs", async () => {
    const { account, outputs, startMachine } = open();
    await startMachine({ force: true });
    const lines: string[] = [];
    const journey = await createTourJourney({
      account,
      aws: createAws("eu-west-1", sdk(account)),
      deployment: { outputs: { ...outputs }, resources: [], milliseconds: 0 },
      latest: () => Number.POSITIVE_INFINITY,
      print: (line) => lines.push(line),
    });
    await retraining.run(journey);
    expect(lines[0]).toBe("Another retraining is running, such as the scheduled one. Waiting for its end …");
    expect(lines.join("\n")).toMatch(/recommendation.*, NDCG at 5: serving version 0\.\d{4}, new version 0\.\d{4}/);
  });

  test("the retraining is started by the account as by the console's button", async () => {
    const { account, stack } = open();
    await account.act("retrain", { stack });
    const { principal, input } =
      account.log.entries().findLast(({ operation }) => operation === "StartExecution") ?? {};
    expect(principal).toBe("arn:aws:sts::000000000000:federated-user/console");
    expect(input).toMatchObject({ input: '{"force":true}' });
    await expect(account.act("retrain", { stack: "another" })).rejects.toThrow('No stack "another" is deployed here.');
  });
}
