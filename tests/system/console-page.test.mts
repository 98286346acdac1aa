// The page in a real browser, on an account with the whole program deployed to it. The tests share
// the account and each opens a separate page.
import { gzipSync } from "node:zlib";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { KinesisClient, ListStreamsCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import { paginateGetParametersByPath, SSM } from "@aws-sdk/client-ssm";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chooseVariant } from "../../contract/index.js";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";
import { chromiumPath, openBrowser } from "../../local/tests/support/browser.ts";
import { listParameters, prefixes } from "../../names/layout.ts";
import { archiveKey } from "../cli/recovery/recovery-stage.mts";
import { type DeployedStack, openDeployedStack } from "../support/deployed-stack.ts";

const stream = "recommender-small-events";
const consoleArn = "arn:aws:sts::000000000000:federated-user/console";
/** Text that would run as a script where it is not escaped. */
const script = '<img src=x onerror="document.title=1">';

/** Finds words of the page that are on two lines. A script: tests have no types of the page. */
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

describe.runIf(chromiumPath !== undefined)("the console", () => {
  let deployed: DeployedStack;
  let account: Account;
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
    ({ account } = deployed);
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

  const open = (view: string) => page.goto(`${account.origin}/#/${view}`);
  const calls = (operation: string) =>
    account.log.entries().filter((entry) => entry.operation === operation && entry.principal === consoleArn);
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  const cards = () => page.getByRole("list", { name: /^Recommendations for/ }).locator("li");
  const put = (PartitionKey: string, data: string) =>
    new KinesisClient(sdk(account)).send(
      new PutRecordCommand({ StreamName: stream, PartitionKey, Data: Buffer.from(data) }),
    );

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

  test("finds a known visitor and shows what they did", async () => {
    await open("visitors");
    const visitor = page.locator(".picks button").nth(3);
    const id = (await visitor.locator("span").first().textContent()) ?? "";
    await page.getByRole("searchbox").fill(id);
    await button(new RegExp(`^${id}`)).click();
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
    await page.getByRole("textbox", { name: "species" }).fill(value);
    await page.getByRole("textbox", { name: "species" }).press("Enter");
    await cards().first().filter({ hasText: species }).waitFor();
    await cards().filter({ hasNotText: species }).first().waitFor({ state: "detached" });
    expect(await cards().count()).toBe(10);
  });

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

  test("answers an address that has no view with the views", async () => {
    await open("nonsense");
    await page.getByRole("main").getByRole("link", { name: "Pipeline" }).click();
    await page.getByRole("heading", { name: "The path of an event" }).waitFor();
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
    account.faults.inject({ service: "personalize-runtime", operation: "GetRecommendations", effect, times: 10 });
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

  test("lists a request with its caller, IAM's statement and a command to repeat it", async () => {
    await open("visitors");
    await page.getByText("Answered by the function").waitFor();
    await open("requests/GetRecommendations recommend-pets");
    await page.getByRole("button", { name: "personalize-runtime GetRecommendations" }).first().click();
    await page.getByText("the statement of the identity-based policy").waitFor();
    await page.getByText("aws personalize-runtime get-recommendations").waitFor();
    await page.getByRole("cell", { name: "personalize:GetRecommendations" }).waitFor();
  });

  test("retrains with the states live, shows the decision and rolls back", async () => {
    await open("models");
    await button("Retrain recommendation").click();
    await page.getByText(/^Now: /).waitFor();
    await button("Jump to its end").click();
    await page.getByText("promoted", { exact: true }).waitFor();
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

  test("says how to begin an experiment when none is running", async () => {
    await open("models");
    const panel = page.getByRole("region", { name: "Experiment" });
    await panel.getByText("pulumi config set --path recommender:experiment.goal").waitFor();
    expect(await panel.locator(".chart").count()).toBe(0);
  });

  test("shows an experiment: its verdict, variants, and the uplift's interval, also when a campaign was deleted", async () => {
    const Name = listParameters("small").experiment;
    const variants = { popular: 50, recommendation: 50 };
    const definition = { name: "card", placement: "popular", variants, goal: "Favorite", minimumEffect: 0.5 };
    const Value = JSON.stringify(definition);
    const s3 = new S3(sdk(account));
    // Its start, which a deployment writes before the parameter.
    await s3.putObject({
      Bucket: deployed.outputs.dataBucketName,
      Key: `${prefixes.experiments}card/definition.json`,
      Body: Value,
    });
    await new SSM(sdk(account)).putParameter({ Name, Type: "String", Value });
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
    const effect = { kind: "error", code: "ResourceNotFoundException", message: "Deleted.", status: 400 } as const;
    account.faults.inject({ service: "personalize", operation: "DescribeCampaign", effect, share: 1 });
    await open("models");
    const panel = page.getByRole("region", { name: "Experiment" });
    await panel.getByText(/^recommendation wins: more visitors reach Favorite than with popular, \+/).waitFor();
    await panel.getByRole("img", { name: /^Uplift of recommendation in percent.* lower end: \d/ }).waitFor();
    expect(await panel.getByRole("row", { name: /^popular 50 % \d+ - \d+ / }).count()).toBe(1);
    await panel.getByText(/^Visitors are those with any event/).waitFor();
    await panel.getByText(/^recommendation, campaign deleted/).waitFor();
    expect(await panel.textContent()).not.toContain("visitor-");
    await new SSM(sdk(account)).deleteParameter({ Name });
    await panel.getByText("pulumi config set --path recommender:experiment.goal").waitFor();
  });

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

  test("shows the same visitor again after a reload", async () => {
    await open("visitors");
    const pick = page.locator(".picks button").nth(2);
    const id = await pick.locator("span").first().textContent();
    await pick.click();
    const heading = page.getByRole("heading", { name: `Recommended to Visitor ${id}` });
    await heading.waitFor();
    await page.reload();
    await heading.waitFor();
  });

  test("shows the chosen stack again after a reload, and in the other views", async () => {
    const ssm = new SSM(sdk(account));
    const request = { Path: "/animal-recommender/small", Recursive: true };
    const twin: { Name: string; Value: string | undefined }[] = [];
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, request)) {
      twin.push(...Parameters.map(({ Name = "", Value }) => ({ Name: Name.replace("/small/", "/twin/"), Value })));
    }
    for (const parameter of twin) await ssm.putParameter({ ...parameter, Type: "String" });
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

  test("jumps the clock ahead", async () => {
    await open("time");
    const before = account.clock.now();
    await button("1 hour").click();
    await page.getByText(/The account's clock is at/).waitFor();
    expect(account.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
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
});
