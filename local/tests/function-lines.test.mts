import { beforeEach, expect, test } from "vitest";
import { reportFunctions } from "../terminal/function-lines.ts";
import { openLambda } from "./lambda/functions.mts";

const lines: string[] = [];
const quiet: string[] = [];
const note = (noted: string[]) => (line: string, failed?: boolean) =>
  void noted.push(`${failed ? "failed: " : ""}${line.replace(/\/.*index.js/, "…/index.js")}`);

const on = await openLambda();
reportFunctions(on.account.host, note(lines));
reportFunctions(on.account.host, note(quiet), true);
beforeEach(() => {
  lines.length = 0;
  quiet.length = 0;
});

const handler = (body: string) => `exports.handler = async () => { ${body} };`;

async function run(name: string, source: string, settings = {}): Promise<void> {
  await on.create(name, source, settings);
  await on.lambda.invoke({ FunctionName: name });
}

test("what a function logs is a line with its name and the level, without time and request id", async () => {
  await run("texts", handler('console.log("hello"); console.error("bad pet"); process.stdout.write("plain\\n");'));
  expect(lines).toEqual(["texts INFO hello", "failed: texts ERROR bad pet", "texts plain"]);
  expect(quiet).toEqual([]);
});

test("a line of JSON with a level reads the same, and metrics are left out", async () => {
  await run("json", handler('process.stdout.write("{\\"level\\":\\"warn\\",\\"message\\":\\"hello\\"}\\n");'));
  await run("metrics", handler("process.stdout.write('{\"_aws\":{}}\\n');"));
  expect(lines).toEqual(["json WARN hello"]);
});

test("an error in a line of JSON is named, with its reason and where the function's code threw it", async () => {
  const stack = [
    "at read (node:fs:1:1)",
    "at send (/var/task/node_modules/sdk/index.js:2:3)",
    "at recommend (/index.js:4:5)",
  ];
  const line = JSON.stringify({
    level: "error",
    message: "the request failed",
    error: "TypeError",
    reason: "no pet",
    stack,
  });
  await run("caught", handler(`process.stdout.write(${JSON.stringify(`${line}\n`)});`));
  expect(lines).toEqual([
    "failed: caught ERROR the request failed: TypeError: no pet",
    "failed:   at recommend (…/index.js:4:5)",
  ]);
});

test("a handler that throws is one error with its message and where it was thrown", async () => {
  await run("throws", handler('throw new TypeError("no such pet");'));
  expect(lines[0]).toBe("failed: throws failed: TypeError: no such pet");
  expect(lines[1]).toMatch(/^failed: {3}at .*index\.js:1/);
  expect(lines.filter((line) => line.includes("no such pet"))).toHaveLength(1);
  expect(quiet).toEqual(lines);
});

test("a timeout and a process that ends are errors", async () => {
  await run("ends", handler("process.exit(3);"));
  await run("late", handler("await new Promise(() => setTimeout(() => {}, 60_000));"), { Timeout: 1 });
  expect(lines).toEqual([
    expect.stringMatching(/^failed: ends failed: Runtime.ExitError: .*exit status 3/),
    expect.stringMatching(/^failed: late failed: Sandbox.Timedout: .*Task timed out after 1.00 seconds/),
  ]);
});

test("the lines of one text are indented, and of very many the first ones are printed", async () => {
  await run("long", handler('console.log(Array.from({ length: 30 }, (_, i) => "line " + i).join("\\n"));'));
  expect(lines.slice(0, 2)).toEqual(["long INFO line 0", "  line 1"]);
  expect(lines).toHaveLength(12);
  expect(lines.at(-1)).toBe("  … 19 more lines in the function's log");
});
