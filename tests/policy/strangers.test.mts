import * as fc from "fast-check";
import { expect, test } from "vitest";
import { matchesConditions } from "../../local/account/languages/policy/conditions.ts";
import { findTooOpen } from "../../policy/access/too-open.ts";

// The rule judges statements without a request. Here the local account's evaluator of IAM's
// conditions gets the requests of strangers: none passes a statement that the rule accepts.

const known = "111122223333";
const foreign = "999999999999";

/**
 * The request context of callers from other accounts, of services for them, and of callers without
 * an account.
 */
const strangers: readonly Readonly<Record<string, string>>[] = [
  {},
  { "aws:sourceip": "198.18.0.1" },
  {
    "aws:principalaccount": foreign,
    "aws:principalarn": `arn:aws:iam::${foreign}:role/reader`,
    "aws:principalorgid": "o-foreign",
    "aws:principalorgpaths": "o-foreign/r-ab12/ou-1/",
    "kms:calleraccount": foreign,
    "aws:sourceip": "198.18.0.1",
    "aws:sourcevpce": "vpce-foreign",
  },
  { "aws:sourceaccount": foreign, "aws:sourcearn": `arn:aws:events:eu-west-1:${foreign}:rule/pets` },
  { "aws:sourceaccount": foreign, "aws:sourcearn": "arn:aws:s3:::pets-of-a-stranger", "aws:sourceorgid": "o-foreign" },
];

const variable = (name: string) => `$\{${name}}`;
/** Keys with values that know their callers, that almost do, and that do not. */
const values: Readonly<Record<string, readonly string[]>> = {
  "aws:PrincipalAccount": [known, "*", "1111*", "9*", variable("aws:PrincipalAccount")],
  "aws:PrincipalArn": [`arn:aws:iam::${known}:role/*`, "arn:aws:iam::*:role/reader", "*", variable("aws:PrincipalArn")],
  "aws:PrincipalOrgID": ["o-a1b2c3", "o-*", "?-*"],
  "aws:PrincipalOrgPaths": ["o-a1b2c3/*", "*/r-ab12/*", "o-*"],
  "kms:CallerAccount": [known, "*"],
  "aws:SourceAccount": [known, "????????????"],
  "aws:SourceArn": [
    "arn:aws:s3:::pets",
    "arn:aws:s3:::pets*",
    `arn:aws:events:*:${known}:*`,
    "arn:aws:events:*:*:*",
    "*",
  ],
  "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"],
  "aws:SecureTransport": ["true"],
};
const operators = ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "ArnLike", "ArnNotLike"];
const quantifiers = ["", "ForAnyValue:", "ForAllValues:"];

const condition = fc.constantFrom(...Object.keys(values)).chain((key) =>
  fc.record({
    key: fc.constant(key),
    operator:
      key === "aws:SourceIp"
        ? fc.constantFrom("IpAddress", "NotIpAddress", "IpAddressIfExists")
        : fc
            .tuple(fc.constantFrom(...quantifiers), fc.constantFrom(...operators), fc.constantFrom("", "IfExists"))
            .map((parts) => parts.join("")),
    wanted: fc.array(fc.constantFrom(...(values[key] ?? [])), { minLength: 1, maxLength: 2 }),
  }),
);

test("no stranger passes a statement for every caller that the rule accepts", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 3 }), (conditions) => {
      const Condition = Object.fromEntries(
        conditions.map(({ operator, key, wanted }) => [operator, { [key]: wanted }]),
      );
      const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", Condition };
      if (findTooOpen(statement).length > 0) return;
      accepted += 1;
      for (const request of strangers) {
        const context = { values: (name: string) => [request[name.toLowerCase()] ?? []].flat(), spend: () => {} };
        expect(matchesConditions(Condition, context, "2012-10-17"), JSON.stringify(Condition)).toBe(false);
      }
    }),
    { numRuns: 10_000 },
  );
  // About 460, with a standard deviation of 21.
  expect(accepted).toBeGreaterThan(200);
});
