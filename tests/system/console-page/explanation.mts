// The reasons of a list, and of an item that is in it or is missing, in the words of `explain`.
import { expect, test } from "vitest";
import { account, button, calls, cards, deployed, open, page } from "./console-page.mts";

const why = () => page.locator(".why").first();
const sentence = () => why().locator("strong");
const search = () => why().getByRole("searchbox");
const found = () => why().getByRole("list", { name: "Items found" }).getByRole("button");
const reasons = () => why().getByRole("list", { name: "Reasons" }).locator("> li");

async function openList(): Promise<string> {
  await open("visitors");
  await cards().nth(9).waitFor();
  const title = (await page.getByRole("heading", { name: /^Recommended to Visitor/ }).textContent()) ?? "";
  return title.replace("Recommended to Visitor ", "");
}

const explainInTerminal = async (...args: string[]) =>
  JSON.parse((await deployed.command("explain", "--json", ...args)).out) as {
    readonly sentence: string;
    readonly causes: readonly { readonly text: string; readonly see: string; readonly remedy: string }[];
    readonly notes: readonly string[];
  };

export function testExplanation(): void {
  test("says why a list is what it is, as the command does", async () => {
    const visitor = await openList();
    await page.getByLabel("Placement").selectOption("popular");
    await page.getByText("source: list").waitFor();
    await button("Why this list?").click();
    await sentence().waitFor();
    const said = await explainInTerminal("--user", visitor, "--placement", "popular");
    expect(await sentence().textContent()).toBe(said.sentence);
    expect(said.causes).toHaveLength(1);
    const [{ text, see, remedy } = { text: "", see: "", remedy: "" }] = said.causes;
    expect(await reasons().locator("p").allTextContents()).toEqual([text, remedy]);
    expect(await reasons().locator("pre").textContent()).toBe(see);
    for (const note of said.notes) expect(await why().textContent()).toContain(note);
  });

  test("says why an item is in the list, by requests of the log and no event", async () => {
    const visitor = await openList();
    const counts = () => ["Invoke", "GetRecommendations", "PutRecord"].map((operation) => calls(operation).length);
    const before = counts();
    const item = await cards().nth(2).getAttribute("data-item");
    await cards().nth(2).getByRole("button", { name: "Why here?" }).click();
    await sentence()
      .filter({ hasText: `${item} is ` })
      .waitFor();
    expect(await sentence().textContent()).toContain(`of ${visitor} at recommendation: 10 items from the campaign.`);
    expect(counts().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 0]);
  });

  test("finds an item that is missing by its words, and says what removes it", async () => {
    await openList();
    await page.getByLabel("Filter").selectOption("species");
    await page.getByRole("textbox", { name: "species" }).fill('"1"');
    await page.getByRole("textbox", { name: "species" }).press("Enter");
    await cards().filter({ hasNotText: "cat" }).first().waitFor({ state: "detached" });
    await search().fill("dog large");
    await found().first().waitFor();
    const item = await found().first().getAttribute("title");
    expect(item).toMatch(/^2-.*-4-\d$/);
    await found().first().click();
    await sentence()
      .filter({ hasText: `${item} is not in the list` })
      .waitFor();
    expect(await reasons().textContent()).toContain(
      `The filter removes ${item}: INCLUDE ItemID WHERE Items.ANIMAL_TYPE IN ($SPECIES) does not take it.`,
    );
  });

  test("asks about an id that no item has, by keyboard", async () => {
    await openList();
    await button("Why this list?").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.type("9-Nothing");
    await page.keyboard.press("Enter");
    await sentence().filter({ hasText: "9-Nothing is not in the list" }).waitFor();
    expect(await reasons().textContent()).toContain("9-Nothing is not in the catalogue");
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe('Ask about the id "9-Nothing"');
  });

  test("forgets the reasons when the list is another one", async () => {
    await openList();
    await button("Why this list?").click();
    await sentence().waitFor();
    await button("Ask again").click();
    await sentence().waitFor({ state: "detached" });
    // The first answer is of a list that is no longer there.
    await page.route("**/_console/api/explain", () => {
      // Is never answered.
    });
    const abandoned = page.waitForEvent("requestfailed");
    await button("Why this list?").click();
    await why().getByText("Asks again, and reads the stack …").waitFor();
    await page.getByLabel("Placement").selectOption("popular");
    expect((await abandoned).url()).toMatch(/explain$/);
    await why().getByText("Asks again, and reads the stack …").waitFor({ state: "detached" });
  });

  test("shows why it cannot say it, and says it the next time", async () => {
    await openList();
    const effect = { kind: "error", code: "AccessDeniedException", message: "not authorised", status: 403 } as const;
    account.faults.inject({ service: "lambda", operation: "GetFunctionConfiguration", effect, times: 1 });
    await button("Why this list?").click();
    await why().getByRole("alert").filter({ hasText: "not authorised" }).waitFor();
    await button("Why this list?").click();
    await sentence().waitFor();
    expect(await why().getByRole("alert").count()).toBe(0);
  });

  test("says why an item is like another one", async () => {
    await openList();
    await cards().first().getByRole("button", { name: "More like this" }).click();
    const similar = page.getByRole("list", { name: "Similar items" }).locator("li");
    await similar.first().waitFor();
    const item = await similar.first().getAttribute("data-item");
    await similar.first().getByRole("button", { name: "Why here?" }).click();
    const said = page.locator(".why").nth(1).locator("strong");
    await said.filter({ hasText: `${item} is at place 1 of` }).waitFor();
    expect(await said.textContent()).toContain("at similar:");
  });

  test("fits a phone's width", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openList();
    await search().fill("a");
    await found().first().waitFor();
    await button("Why this list?").click();
    await sentence().waitFor();
    expect(await page.locator("html").evaluate((root) => root.scrollWidth)).toBe(390);
  });
}
