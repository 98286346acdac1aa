// All views: the path of an event, hostile texts, the keyboard, a phone.
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { paginateGetParametersByPath, SSM } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { sdk } from "../../../local/tests/support/aws.ts";
import { projectTag } from "../../../names/layout.ts";
import { account, button, cards, open, page, put } from "./console-page.mts";

const script = '<img src=x onerror="document.title=1">';

const findBrokenWords = `(() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.parentElement.closest("pre, .message, .skip")) continue;
    for (const { index, 0: word } of node.textContent.matchAll(/\\p{L}{2,20}/gu)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const tops = new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top)));
      if (tops.size > 1) broken.push(word + " in " + node.textContent);
    }
  }
  return broken;
})()`;

export function testAllViews(): void {
  test("answers an address that has no view with the views", async () => {
    await open("nonsense");
    await page.getByRole("main").getByRole("link", { name: "Pipeline" }).click();
    await page.getByRole("heading", { name: "The path of an event" }).waitFor();
  });

  test("shows the progress of a deployment, and then the stack, without a reload", async () => {
    const tell = (detail: string, ended = false) =>
      account.host.emit("deployment", { stack: "small", rows: [{ label: "create", state: "running", detail }], ended });
    tell("loading the program");
    await open("visitors");
    await page.getByText("loading the program").waitFor();
    tell("87 created");
    await page.getByText("87 created").waitFor();
    expect(await page.getByText("pulumi up").count()).toBe(0);
    tell("87 created", true);
    await page.getByText("Answered by the function").waitFor();
  });

  test("shows a malformed record in the quarantine, with its reason and content", async () => {
    await put("malformed", `{"sessionId": "${script}`);
    await open("pipeline");
    await page.getByRole("region", { name: "Quarantine" }).locator(".objects button").first().click();
    await page.getByText("Reason: record: is not JSON").waitFor();
    await page.getByText(`{"sessionId": "${script}`).waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });

  test("counts an event at each stage of its way", async () => {
    const event = { sessionId: "counted", eventType: "DetailView" };
    const pet = { animal_species_id: "1", animal_primary_breed_id: "Siamese", animal_size_id: "1", animal_age_id: "1" };
    await put("counted", JSON.stringify({ ...event, animalMetadata: pet }));
    await open("pipeline");
    const value = (name: string) => page.locator(".facts div").filter({ hasText: name }).locator("dd");
    for (const name of ["PutEvents calls", "events per call", "records invoked"]) {
      await value(name).filter({ hasText: /[1-9]/ }).waitFor();
    }
    const shards = page.getByRole("list", { name: /^Records by shard/ }).locator("strong");
    await shards.filter({ hasText: /[1-9]/ }).first().waitFor();
  });

  test("escapes an item id and a log line that are scripts", async () => {
    const sessionId = "hostile";
    const animalMetadata = {
      animal_species_id: "2",
      animal_primary_breed_id: script,
      animal_size_id: "1",
      animal_age_id: "1",
    };
    await put(
      sessionId,
      JSON.stringify({ userId: `user${script}`, sessionId, eventType: "DetailView", animalMetadata }),
    );
    const logs = new CloudWatchLogs(sdk(account));
    const logGroupName = "hostile";
    await logs.createLogGroup({ logGroupName });
    await logs.createLogStream({ logGroupName, logStreamName: "a" });
    const logEvents = [{ timestamp: account.clock.now(), message: `line ${script}` }];
    await logs.putLogEvents({ logGroupName, logStreamName: "a", logEvents });
    await open("requests/PutLogEvents");
    await page.getByRole("button", { name: "cloudwatch-logs PutLogEvents" }).first().click();
    await open("operations");
    await page.getByLabel("Log group").selectOption(`arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}`);
    await page.getByText(`line ${script}`).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Operations – local AWS account");
    // The card of such an item, as the answer of the account has it.
    await page.route("**/_console/api/recommend", (route) =>
      route.fulfill({
        json: {
          source: script,
          filterApplied: true,
          milliseconds: 1,
          cards: [{ itemId: `2-${script}-1-1`, explored: false, columns: { NOTE: script } }],
        },
      }),
    );
    await open("visitors");
    await page.getByText(`source: ${script}`).waitFor();
    expect(await cards().first().textContent()).toContain(script);
    expect(await page.locator("img").count()).toBe(0);
  });

  test("shows the chosen stack again after a reload, and in the other views", async () => {
    const ssm = new SSM(sdk(account));
    const request = { Path: "/animal-recommender/small", Recursive: true };
    const twin: { Name: string; Value: string | undefined }[] = [];
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, request)) {
      twin.push(...Parameters.map(({ Name = "", Value }) => ({ Name: Name.replace("/small/", "/twin/"), Value })));
    }
    const Tags = [{ Key: projectTag, Value: "shop-recs" }];
    for (const parameter of twin) await ssm.putParameter({ ...parameter, Type: "String", Tags });
    await open("models");
    const stack = page.getByLabel("Stack");
    expect(await stack.inputValue()).toBe("small");
    await stack.selectOption("twin");
    await page.reload();
    expect(await stack.inputValue()).toBe("twin");
    await page.getByRole("link", { name: "Visitors" }).click();
    await page.getByText("Answered by the function").waitFor();
    expect(await stack.inputValue()).toBe("twin");
    expect(page.url()).toMatch(/#\/visitors\?known=[^&]+&stack=twin$/);
    for (const { Name } of twin) await ssm.deleteParameter({ Name });
  });

  test("can be used by keyboard only", async () => {
    // The view has the newest calls, and not that of the deployment.
    await new KinesisClient(sdk(account)).send(new ListStreamsCommand({}));
    await open("pipeline");
    await page.getByRole("heading", { name: "The path of an event" }).waitFor();
    const focused = () => page.locator(":focus").textContent();
    await page.keyboard.press("Tab");
    expect(await focused()).toContain("Skip to content");
    for (let steps = 0; steps < 20 && (await focused()) !== "Requests"; steps++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Requests", level: 1 }).and(page.locator(":focus")).waitFor();
    // The next Tab goes where the view's first control will be, which comes with the calls.
    await button("Pause").waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Pause");
    await page.keyboard.press("Tab");
    await page.keyboard.type("ListStreams");
    const operation = page.getByRole("button", { name: "kinesis ListStreams" });
    await operation.waitFor();
    for (let steps = 0; steps < 10 && (await focused()) !== "kinesis ListStreams"; steps++) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByText("aws kinesis list-streams").waitFor();
  });

  test.each(["visitors", "pipeline", "models", "resources", "operations", "requests", "time"])(
    "fits a phone's width, and labels every time with its zone: %s",
    async (view) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await open(view);
      await page.locator("main .panel").first().waitFor();
      expect(await page.locator("html").evaluate((root) => root.scrollWidth)).toBe(390);
      for (const tab of await page.getByRole("navigation").getByRole("link").all()) {
        const { x = -1, width = 0 } = (await tab.boundingBox()) ?? {};
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(390);
      }
      expect(await page.evaluate(findBrokenWords)).toEqual([]);
      if (view !== "pipeline" && view !== "resources") await page.locator("main time").first().waitFor();
      const times = await page.locator("main time").allTextContents();
      expect(times.filter((time) => !time.endsWith(" UTC"))).toEqual([]);
    },
  );
}
