import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyStatement } from "../../account/host/principal.ts";
import { isOperator, matchesConditions } from "../../account/languages/policy/conditions.ts";
import { contextOf } from "../../account/languages/policy/context.ts";

type Condition = NonNullable<PolicyStatement["Condition"]>;
const version = "2012-10-17";
const context = contextOf({
  "aws:PrincipalAccount": "111122223333",
  "aws:SourceArn": "arn:aws:s3:::pets",
  "aws:CurrentTime": "2026-03-01T10:00:00Z",
  "aws:EpochTime": "1772359200",
  "aws:SecureTransport": "true",
  "s3:max-keys": "10",
  "aws:SourceIp": "10.0.3.7",
  "kms:EncryptionContextKeys": ["table", "row"],
});
const matches = (condition: Condition) => matchesConditions(condition, context, version);

test.each<[string, string, string, boolean]>([
  ["StringEquals", "aws:PrincipalAccount", "111122223333", true],
  ["StringEquals", "aws:PrincipalAccount", "1111*", false],
  ["StringNotEquals", "aws:PrincipalAccount", "1", true],
  ["StringEqualsIgnoreCase", "aws:SourceArn", "ARN:AWS:S3:::PETS", true],
  ["StringNotEqualsIgnoreCase", "aws:SourceArn", "ARN:AWS:S3:::PETS", false],
  ["StringLike", "aws:PrincipalAccount", "1111*", true],
  ["StringLike", "aws:PrincipalAccount", "1111?", false],
  ["StringNotLike", "aws:PrincipalAccount", "1111*", false],
  ["ArnEquals", "aws:SourceArn", "arn:aws:s3:::p*", true],
  ["ArnLike", "aws:SourceArn", "arn:*:s3:::pets", true],
  ["ArnLike", "aws:SourceArn", "arn:*", false],
  ["ArnNotLike", "aws:SourceArn", "arn:aws:s3:::cats", true],
  ["NumericEquals", "s3:max-keys", "10.0", true],
  ["NumericNotEquals", "s3:max-keys", "10", false],
  ["NumericLessThan", "s3:max-keys", "10", false],
  ["NumericLessThanEquals", "s3:max-keys", "10", true],
  ["NumericGreaterThan", "s3:max-keys", "9", true],
  ["NumericGreaterThanEquals", "s3:max-keys", "11", false],
  ["DateEquals", "aws:CurrentTime", "2026-03-01T10:00:00.000Z", true],
  ["DateLessThan", "aws:CurrentTime", "2026-03-01T11:00:00+01:00", false],
  ["DateLessThan", "aws:CurrentTime", "2026-03-01t09+00", false],
  ["DateLessThan", "aws:CurrentTime", "2026-03-01t9:00:00.5-02", true],
  ["DateGreaterThan", "aws:CurrentTime", "-1", true],
  ["DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z", true],
  ["DateLessThanEquals", "aws:EpochTime", "2026-03-01T10:00:00Z", true],
  ["Bool", "aws:SecureTransport", "True", true],
  ["Bool", "aws:SecureTransport", "false", false],
  ["IpAddress", "aws:SourceIp", "10.0.0.0/16", true],
  ["IpAddress", "aws:SourceIp", "10.0.3.8", false],
  ["NotIpAddress", "aws:SourceIp", "2001:db8::/32", true],
  ["Null", "aws:SourceArn", "false", true],
  ["Null", "s3:prefix", "true", true],
  ["Null", "s3:prefix", "false", false],
])("%s of %s with %s is %s", (operator, key, value, expected) => {
  expect(matches({ [operator]: { [key]: value } })).toBe(expected);
});

test.each<[string, boolean]>([
  ["StringEquals", false],
  ["StringEqualsIfExists", true],
  ["StringNotEquals", true],
  ["NumericLessThan", false],
  ["NumericLessThanIfExists", true],
  ["ForAllValues:StringEquals", true],
  ["ForAnyValue:StringEquals", false],
  ["ForAnyValue:StringEqualsIfExists", true],
])("for a key that is not in the request %s is %s", (operator, expected) => {
  expect(matches({ [operator]: { "s3:prefix": "1" } })).toBe(expected);
});

describe("keys with several values", () => {
  const keys = "kms:EncryptionContextKeys";
  test("ForAllValues requires that all values match", () => {
    expect(matches({ "ForAllValues:StringEquals": { [keys]: ["table", "row", "more"] } })).toBe(true);
    expect(matches({ "ForAllValues:StringEquals": { [keys]: ["table"] } })).toBe(false);
  });
  test("ForAnyValue requires that one value matches", () => {
    expect(matches({ "ForAnyValue:StringEquals": { [keys]: "row" } })).toBe(true);
    expect(matches({ "ForAnyValue:StringLike": { [keys]: "x*" } })).toBe(false);
  });
  test("ForAllValues with a negation requires that no value matches", () => {
    expect(matches({ "ForAllValues:StringNotEquals": { [keys]: "owner" } })).toBe(true);
    expect(matches({ "ForAllValues:StringNotEquals": { [keys]: "row" } })).toBe(false);
  });
});

test("all operators and keys of a statement must match, with one value each", () => {
  const account = { "aws:PrincipalAccount": ["999999999999", "111122223333"] };
  expect(matches({ StringEquals: account, Bool: { "aws:SecureTransport": true } })).toBe(true);
  expect(matches({ StringEquals: account, Bool: { "aws:SecureTransport": false } })).toBe(false);
});

test("ignores the case of keys", () => {
  expect(matches({ StringEquals: { "AWS:principalaccount": "111122223333" } })).toBe(true);
});

test("returns 501 with the name of an unknown key or operator", () => {
  expect(() => matches({ StringEquals: { "ec2:Vpc": "x" } })).toThrow(
    "iam: the condition key ec2:Vpc is not implemented by the local account",
  );
  expect(() => matches({ BinaryEquals: { "aws:SourceArn": "eA==" } })).toThrow(
    "iam: the condition operator BinaryEquals is not implemented by the local account",
  );
});

test("only operators of the language are operators", () => {
  const known = ["StringEquals", "ForAnyValue:ArnLikeIfExists", "Null", "ForAllValues:Bool", "BinaryEquals"];
  expect(known.every(isOperator)).toBe(true);
  expect(["StringSame", "NullIfExists", "ForSomeValues:Bool", "toString", ""].some(isOperator)).toBe(false);
});

test("an operator and its negation have opposite results for a key in the request", () => {
  const pairs = [
    ["StringEquals", "StringNotEquals"],
    ["StringLike", "StringNotLike"],
    ["ArnLike", "ArnNotLike"],
  ] as const;
  const text = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?", "/"), maxLength: 8 });
  fc.assert(
    fc.property(
      fc.constantFrom(...pairs),
      text,
      fc.array(text, { minLength: 1, maxLength: 3 }),
      ([yes, no], actual, wanted) => {
        const one = contextOf({ "s3:prefix": actual });
        const positive = matchesConditions({ [yes]: { "s3:prefix": wanted } }, one, version);
        expect(matchesConditions({ [no]: { "s3:prefix": wanted } }, one, version)).toBe(!positive);
      },
    ),
  );
});
