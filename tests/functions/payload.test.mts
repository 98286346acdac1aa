import { expect, test } from "vitest";
import { readPayload } from "../../functions/serving/payload.ts";

const text = '{"userId":"10042","limit":3}';
const payload = { userId: "10042", limit: 3 };

test.each([
  ["bare", payload],
  ["as an object in the body", { body: payload }],
  ["as JSON text in the body", { body: text, isBase64Encoded: false, headers: {} }],
  ["as base64 in the body", { body: Buffer.from(text).toString("base64"), isBase64Encoded: true }],
])("a request may come %s", (_how, event) => {
  expect(readPayload(event)).toEqual({ payload });
});

test.each([
  ["a list", [payload], "request: must be a JSON object"],
  ["a body that is not JSON", { body: "limit=3" }, "body: is not JSON"],
  ["an empty body", { body: "" }, "body: is not JSON"],
  ["a body without content", { body: null }, "body: must be a JSON object"],
  [
    "an event of API Gateway without a body",
    { version: "2.0", requestContext: { http: { method: "GET" } } },
    "body: must be a JSON object",
  ],
  ["a list in the body", { body: "[1]" }, "body: must be a JSON object"],
  ["text in the body where base64 was announced", { body: text, isBase64Encoded: true }, "body: is not JSON"],
])("%s is refused with the reason", (_what, event, reason) => {
  expect(readPayload(event)).toEqual({ reason });
});
