import { expect, test } from "vitest";
import { findSecrets } from "../support/secrets.ts";

const key = "k".repeat(36);
const secrets: Readonly<Record<string, string>> = {
  "an access key": `"accessKeyId":"AKIA${"2".repeat(16)}"`,
  "a secret access key": `"secretAccessKey": "${"w/".repeat(20)}"`,
  "a session token": `AWS_SESSION_TOKEN=${"t".repeat(80)}`,
  "a presigned URL": `https://bucket/key?X-Amz-Signature=${"0".repeat(64)}`,
  "a private key": "-----BEGIN RSA PRIVATE KEY-----",
  "a token of GitHub": `ghp_${key}`,
  "a token of npm": `npm_${key}`,
  "a token of Pulumi": `pul-${"0".repeat(40)}`,
  "a JSON Web Token": `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.${"s".repeat(20)}`,
  "a URL with a password": "https://user:password@example.org/",
};

test.each(Object.entries(secrets))("the search for secrets finds %s", (what, text) => {
  expect(findSecrets(`before ${text} after`)).toEqual([what]);
});

test("the search finds the words of a test, and nothing in a text without them", () => {
  expect(findSecrets("a visitor-1 b", { "a visitor": "visitor-1" })).toEqual(["a visitor"]);
  expect(
    findSecrets('arn:aws:iam::000000000000:role/a "secretAccessKey": undefined, process.env.AWS_SESSION_TOKEN'),
  ).toEqual([]);
});
