// What visitors get and do: recommendations, filters, placements, ranked lists.
import type { Route } from "playwright-core";
import { expect, test } from "vitest";
import { account, button, calls, cards, open, page } from "./console-page.mts";

/** Chooses the filter, types its value as soon as the field is there, and returns what it keeps. */
const typeAtOnce = `(async () => {
  const find = (label, kind) =>
    [...document.querySelectorAll("label")].find(({ textContent }) => textContent.startsWith(label))?.querySelector(kind);
  const select = find("Filter", "select");
  select.value = "species";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  while (!find("species", "input")) await new Promise(queueMicrotask);
  const input = find("species", "input");
  input.value = '"3"';
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  // Effects run after the field was drawn.
  for (let frame = 0; frame < 5; frame++) await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  return input.value;
})()`;

export function testVisitors(): void {
  test("shows ten recommendations, and a click on one changes the list by an event on the stream", async () => {
    await open("visitors");
    await button("Session only").click();
    // Until its list is there, the one of the first visitor is.
    const ofSession = page.getByRole("list", { name: /^Recommendations for Session/ }).locator("li");
    await ofSession.nth(9).waitFor();
    expect(await ofSession.count()).toBe(10);
    const before = await cards().evaluateAll((items) => items.map((item) => item.getAttribute("data-item")));
    const sent = calls("PutRecord").length;
    await cards().nth(6).getByRole("button", { name: "Send" }).click();
    await page.getByText(/ms after the click on .* the list changed: \d+ new, \d+ moved/).waitFor();
    expect(calls("PutRecord")).toHaveLength(sent + 1);
    const after = await cards().evaluateAll((items) => items.map((item) => item.getAttribute("data-item")));
    expect(after).not.toEqual(before);
    const timeline = page.getByRole("list", { name: "Events, newest first" }).locator("li");
    await timeline.first().waitFor();
    expect(await timeline.count()).toBe(1);
  });

  test("finds a known visitor and shows what they did", async () => {
    await open("visitors");
    const visitor = page.getByRole("radiogroup", { name: "Known visitors" }).locator("label").nth(3);
    const id = (await visitor.locator("span").first().textContent()) ?? "";
    await page.getByRole("searchbox", { name: "known visitors" }).fill(id);
    await page.getByRole("radio", { name: new RegExp(`^${id}`) }).click();
    await page.getByRole("heading", { name: `Recommended to Visitor ${id}` }).waitFor();
    await page.getByRole("list", { name: "Events, newest first" }).locator("li").first().waitFor();
  });

  test.each([
    ["1", "cat"],
    ["2", "dog"],
  ])("narrows the list by a filter's name and value: species %s", async (value, species) => {
    await open("visitors");
    await page.getByText("Answered by the function").waitFor();
    await page.getByLabel("Filter").selectOption("species");
    await page.getByRole("textbox", { name: "species" }).fill(`"${value}"`);
    await page.getByRole("textbox", { name: "species" }).press("Enter");
    await cards().first().filter({ hasText: species }).waitFor();
    await cards().filter({ hasNotText: species }).first().waitFor({ state: "detached" });
    expect(await cards().count()).toBe(10);
  });

  test("keeps what is typed as soon as a field is there", async () => {
    await open("visitors");
    await page.getByText("Answered by the function").waitFor();
    expect(await page.evaluate(typeAtOnce)).toBe('"3"');
  });

  test("keeps what is typed while an answer arrives", async () => {
    await open("visitors");
    await page.getByText("Answered by the function").waitFor();
    const held: Route[] = [];
    await page.route("**/_console/api/recommend", (route) => {
      held.push(route);
    });
    await page.getByLabel("Filter").selectOption("species");
    const species = page.getByRole("textbox", { name: "species" });
    await species.fill('"3"');
    await expect.poll(() => held.length).toBe(1);
    await held[0]?.fulfill({ json: { source: "late", filterApplied: true, milliseconds: 1, cards: [] } });
    await page.getByText("source: late").waitFor();
    expect(await species.inputValue()).toBe('"3"');
  });

  test.each(["Recommendations for", "Similar items"])(
    "asks no more for a list with an older value, whose answer could come after the newer one: %s",
    async (list) => {
      await open("visitors");
      if (list === "Similar items") await cards().first().getByRole("button", { name: "More like this" }).click();
      const items = page.getByRole("list", { name: new RegExp(`^${list}`) }).locator("li");
      await items.first().waitFor();
      await page.route("**/_console/api/recommend", (route) => {
        // Is never answered.
        if (!route.request().postData()?.includes("newer")) return;
        return route.continue();
      });
      const abandoned = page.waitForEvent("requestfailed");
      const older = page.waitForRequest("**/_console/api/recommend");
      await page.getByLabel("Filter").last().selectOption("species");
      await older;
      const species = page.getByRole("textbox", { name: "species" });
      await species.fill('"newer"');
      await species.press("Enter");
      expect((await abandoned).postDataJSON()).toMatchObject({
        filterValues: { SPECIES: expect.stringMatching(/^"\d"$/) },
      });
      await items.first().waitFor({ state: "detached" });
    },
  );

  test("shows items that are like one of the cards, and the answer of another placement", async () => {
    await open("visitors");
    const first = cards().first();
    const species = ((await first.textContent()) ?? "").includes("cat") ? "cat" : "dog";
    await first.getByRole("button", { name: "More like this" }).click();
    const similar = page.getByRole("list", { name: "Similar items" }).locator("li");
    await similar.first().filter({ hasText: species }).waitFor();
    await similar.nth(1).getByRole("button", { name: "More like this" }).click();
    await similar.first().waitFor();
    await page.getByLabel("Placement").selectOption("popular");
    await page.getByText("source: list").waitFor();
    expect(await cards().count()).toBe(10);
    await page.getByLabel("Placement").selectOption("cards");
    await cards()
      .first()
      .getByText(/^animal size: \d$/)
      .waitFor();
  });

  test("asks for the values of a promotion and of a filter, each filled, and says when one is missing", async () => {
    await open("visitors");
    await page.getByLabel("Placement").selectOption("arrivals");
    const since = page.getByRole("textbox", { name: "since" });
    await since.waitFor();
    expect(await since.inputValue()).toMatch(/^\d{10}$/);
    await page.getByLabel("Filter").selectOption("species");
    const species = page.getByRole("textbox", { name: "species" });
    await species.waitFor();
    expect(await species.inputValue()).toMatch(/^"[12]"$/);
    await cards().nth(9).getByText(/ %$/).waitFor();
    await species.fill("");
    await species.press("Enter");
    await page.getByText("species: needs a value").waitFor();
    await page.getByText("filterValues.SPECIES: is empty").waitFor();
    expect(await cards().count()).toBe(0);
  });

  test("shows an injected fault of the campaign as an answer from the fallback, until it is cleared", async () => {
    const effect = { kind: "error", code: "ThrottlingException", message: "Rate exceeded", status: 429 } as const;
    account.faults.inject({ service: "personalize-runtime", operation: "GetRecommendations", effect, share: 1 });
    await open("visitors");
    await page.getByText("source: fallback").waitFor();
    await open("time");
    await page.getByText("answers ThrottlingException: Rate exceeded").waitFor();
    await button("Clear all").click();
    await page.getByText("No fault waits").waitFor();
    await open("visitors");
    await page.getByText("source: personalize").waitFor();
  });

  test("ranks a list of the user's own", async () => {
    await open("visitors");
    await button(/^Re-rank \d+ items$/).click();
    const after = page.getByRole("list", { name: "After" }).locator("li");
    await after.first().waitFor();
    expect(await after.count()).toBe(await page.getByRole("list", { name: "Before" }).locator("li").count());
  });

  test("makes the known visitors one stop of the Tab key, and the arrow keys choose", async () => {
    await open("visitors");
    const visitors = page.getByRole("radiogroup", { name: "Known visitors" }).getByRole("radio");
    await visitors.nth(1).click();
    await page.getByRole("searchbox", { name: "known visitors" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => visitors.nth(2).isChecked()).toBe(true);
    await page.keyboard.press("Tab");
    expect(await page.locator('[role="radiogroup"]:focus-within').count()).toBe(0);
  });

  test("shows the same visitor again after a reload", async () => {
    await open("visitors");
    const pick = page.getByRole("radiogroup", { name: "Known visitors" }).locator("label").nth(2);
    const id = await pick.locator("span").first().textContent();
    await pick.click();
    const heading = page.getByRole("heading", { name: `Recommended to Visitor ${id}` });
    await heading.waitFor();
    await page.reload();
    await heading.waitFor();
  });
}
