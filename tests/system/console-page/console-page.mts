// A page of the console for each test, on one account with the whole program deployed to it.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Account } from "../../../local/account.ts";
import { openBrowser } from "../../../local/tests/support/browser.ts";
import { type DeployedStack, openDeployedStack } from "../../support/deployed-stack.ts";

const stream = "recommender-small-events";
const consoleArn = "arn:aws:sts::000000000000:federated-user/console";

// The tests read these when they run.
export let deployed: DeployedStack;
export let account: Account;
export let page: Page;

/** Opens it before each test, and fails a test whose page had an error. */
export function useConsolePage(): void {
  let browser: Browser;
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
    account = deployed.account;
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
    account.faults.clear();
    expect(problems).toEqual([]);
  });
}

export const open = (view: string) => page.goto(`${account.origin}/#/${view}`);
export const calls = (operation: string) =>
  account.log.entries().filter((entry) => entry.operation === operation && entry.principal === consoleArn);
export const button = (name: string | RegExp) => page.getByRole("button", { name });
export const cards = () => page.getByRole("list", { name: /^Recommendations for/ }).locator("li");
export const put = (PartitionKey: string, data: string) =>
  deployed.kinesis.putRecord({ StreamName: stream, PartitionKey, Data: Buffer.from(data) });
