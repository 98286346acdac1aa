import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toCliCommand } from "../../console/page/cli-command.ts";

const origin = "http://127.0.0.1:4566";

/** The words that a shell passes to the AWS CLI. */
const wordsOf = (command: string) =>
  execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

const escaped = (text: string) =>
  text.replaceAll(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

test("is a plain line for plain values", () => {
  const request = { service: "s3", operation: "GetObject", region: "eu-west-1", input: { Bucket: "pets", Key: "a b" } };
  expect(toCliCommand(request, origin)).toBe(
    `aws s3api get-object --endpoint-url ${origin} --region eu-west-1 \\\n` +
      `  --cli-input-json '{"Bucket":"pets","Key":"a b"}' /dev/stdout`,
  );
});

test("quotes every value that a client chose, and has no character that a terminal obeys", () => {
  const text = fc.string({ unit: "binary", minLength: 1 }).filter((given) => !given.includes("…"));
  fc.assert(
    fc.property(text, text, text, (region, operation, name) => {
      const command = toCliCommand({ service: "lambda", operation, region, input: { FunctionName: name } }, origin);
      expect(command.replace(" \\\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
      const [aws, service, kebab = "", option, endpoint, of, place, json, document = ""] = wordsOf(command);
      expect([aws, service, option, endpoint, of, place, json]).toEqual([
        ...["aws", "lambda", "--endpoint-url", origin, "--region", escaped(region), "--cli-input-json"],
      ]);
      expect(kebab.replaceAll("-", "")).toBe(escaped(operation.toLowerCase()).replaceAll("-", ""));
      expect(JSON.parse(document)).toEqual({ FunctionName: name });
    }),
    { numRuns: 40 },
  );
});
