// A page of the console for each test, on one account with the whole program deployed to it.
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { sdk } from "../../../local/tests/support/aws.ts";
import { openBrowser } from "../../../local/tests/support/browser.ts";
import { type DeployedStack, openDeployedStack } from "../../support/deployed-stack.ts";

const stream = "recommender-small-events";
const consoleArn = "arn:aws:sts::000000000000:federated-user/console";

export type ConsolePage = ReturnType<typeof useConsolePage>;

/** Opens it before each test, and fails a test whose page had an error. */
export function useConsolePage() {
  let deployed: DeployedStack;
  let browser: Browser;
  let page: Page;
  let problems: string[] = [];

  beforeAll(async () => {
    deployed = await openDeployedStack({
      filters: JSON.stringify({
        species: "INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES)",
        newArrivals: "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > $SINCE",
      }),
      notificationEmails: '["team@example.org"]',
      placements: JSON.stringify({
        similar: { recipe: "aws-similar-items" },
        arrivals: { model: "recommendation", promotion: { filter: "newArrivals", percent: 30 } },
        popular: { list: "popular" },
        cards: { model: "recommendation", columns: ["ANIMAL_SIZE"] },
      }),
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await deployed?.close();
  });

  beforeEach(async () => {
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    problems = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    // A refused action is answered with a status, which Chromium reports as an error of the
    // console.
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("status of 4")) problems.push(message.text());
    });
  });
  afterEach(async () => {
    await page.context().close();
    deployed.account.faults.clear();
    expect(problems).toEqual([]);
  });

  const open = (view: string) => page.goto(`${deployed.account.origin}/#/${view}`);
  const calls = (operation: string) =>
    deployed.account.log.entries().filter((entry) => entry.operation === operation && entry.principal === consoleArn);
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const cards = () => page.getByRole("list", { name: /^Recommendations for/ }).locator("li");
  const put = (PartitionKey: string, data: string) =>
    new KinesisClient(sdk(deployed.account)).send(
      new PutRecordCommand({ StreamName: stream, PartitionKey, Data: Buffer.from(data) }),
    );

  return {
    get deployed() {
      return deployed;
    },
    get account() {
      return deployed.account;
    },
    get page() {
      return page;
    },
    open,
    calls,
    button,
    cards,
    put,
  };
}
