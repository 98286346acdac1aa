import { join } from "node:path";
import type { Page } from "playwright-core";
import { stackConfig } from "../cli/stack/stack-file";
import { views } from "../demo/console/views";
import { deployProgram } from "../demo/deploy";
import { type Account, startAccount } from "../local/account";
import { machineTime } from "../local/account/time/clock";
import { openBrowser } from "../local/tests/support/browser";

const folder = join(__dirname, "../docs/images");
const hour = 3_600_000;

/**
 * Takes the pictures of the console that README shows, of a stack that visitors have used for a
 * while.
 */
async function takeScreenshots(): Promise<void> {
  const account = await startAccount({ views, speed: 600, start: machineTime() - 24 * hour });
  const browser = await openBrowser();
  try {
    const config = stackConfig("dev");
    const region = config["aws:region"] ?? "us-east-1";
    await deployProgram({ origin: account.origin, account: "000000000000", region, stack: "dev", config });
    account.clock.setSpeed(1);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
    const take = async (name: string) => {
      await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
      console.log(`docs/images/${name}.png`);
    };
    await visit(page, account);
    await take("console-visitors");
    await retrain(page, account);
    await take("console-models");
    await open(page, account, "pipeline", "The path of an event");
    await take("console-pipeline");
  } finally {
    await browser.close();
    await account.close();
  }
}

async function open(page: Page, account: Account, view: string, heading: string): Promise<void> {
  await page.goto(`${account.origin}/#/${view}`);
  await page.getByRole("heading", { name: heading }).waitFor();
  // The live stream keeps the network busy: charts and lists have this time to be drawn.
  await page.waitForTimeout(1_000);
}

/** A visitor clicks on pets, hour after hour, so that charts have something to show. */
async function visit(page: Page, account: Account): Promise<void> {
  await open(page, account, "visitors", "What the visitor did");
  const cards = page.getByRole("list", { name: /^Recommendations for/ }).locator("button.card");
  for (const place of [6, 9, 8, 7, 9, 5]) {
    await account.clock.advance(hour);
    await cards.nth(place).click();
    await page.getByText(/^Sent /).waitFor({ state: "detached" });
    await page.getByText(/after the click on|stays the same/).waitFor();
  }
  await page.mouse.move(0, 0);
  await page.mouse.wheel(0, -10_000);
  await page.waitForTimeout(1_000);
}

async function retrain(page: Page, account: Account): Promise<void> {
  await open(page, account, "models", "Retraining");
  account.clock.setSpeed(600);
  await page.getByRole("button", { name: "Retrain now" }).click();
  await page.getByText("promoted", { exact: true }).nth(1).waitFor({ timeout: 120_000 });
  account.clock.setSpeed(1);
  await open(page, account, "models", "Model recommendation");
}

takeScreenshots();
