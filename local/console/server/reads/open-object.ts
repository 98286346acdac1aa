import { gunzipSync } from "node:zlib";
import type { ObjectContent } from "../../messages";
import type { Calls } from "../caller";
import { Refused } from "../exchange";

const largestObject = 5 * 1024 * 1024;
const shownLines = 200;
const longestLine = 2_000;

/** Opens an object: lines of text, and a record that a consumer refused with its reason. */
export async function openObject(view: Calls, bucket: string, key: string): Promise<ObjectContent> {
  const { Body, ContentLength = 0 } = await view("s3", "GetObject", { Bucket: bucket, Key: key });
  if (ContentLength > largestObject) {
    throw new Refused(413, `s3://${bucket}/${key} has ${ContentLength} bytes; use the AWS CLI.`);
  }
  const bytes = Body?.bytes() ?? Buffer.alloc(0);
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (zipped ? gunzipSync(bytes, { maxOutputLength: 10 * largestObject }) : bytes).toString("utf8");
  const record = parseQuarantined(text);
  const all = (record?.content ?? text).split("\n").filter((line) => line !== "");
  return {
    key,
    reason: record?.reason,
    lines: all.slice(0, shownLines).map((line) => line.slice(0, longestLine)),
    cut: all.length > shownLines || all.some((line) => line.length > longestLine),
  };
}

/**
 * A consumer's own form, `reason` and the record as base64, or the mapping's record of a batch that
 * it gave up.
 */
function parseQuarantined(text: string): { reason: string; content: string } | undefined {
  try {
    const object = JSON.parse(text) as { reason?: unknown; data?: unknown; requestContext?: { condition?: unknown } };
    if (typeof object.reason === "string" && typeof object.data === "string") {
      return { reason: object.reason, content: Buffer.from(object.data, "base64").toString("utf8") };
    }
    const { condition } = object.requestContext ?? {};
    if (typeof condition !== "string") return undefined;
    return { reason: `The batch was given up: ${condition}`, content: JSON.stringify(object, undefined, 2) };
  } catch {
    return undefined;
  }
}
