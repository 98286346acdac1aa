import fc from "fast-check";
import type { PolicyDocument, PolicyStatement, Principal } from "../../account/host/principal.ts";

export const account = "111122223333";
export const foreign = "444455556666";
export const arns = {
  role: `arn:aws:iam::${account}:role/reader`,
  session: `arn:aws:sts::${account}:assumed-role/reader/one`,
  root: `arn:aws:iam::${account}:root`,
};
const principals: readonly Principal[] = [
  { kind: "session", account, arn: arns.session, roleArn: arns.role },
  { kind: "root", account, arn: arns.root },
  { kind: "service", account, arn: "sns.amazonaws.com", service: "sns.amazonaws.com" },
];

/** Actions with their resources: one in the caller's account and one in another, unless the ARN has no account. */
const targets = [
  {
    action: "s3:GetObject",
    resources: () => ["arn:aws:s3:::pets/a", "arn:aws:s3:::pets/a:b/c", "arn:aws:s3:::other/n"],
  },
  { action: "lambda:InvokeFunction", resources: (owner: string) => [`arn:aws:lambda:eu-west-1:${owner}:function:n`] },
  { action: "kinesis:PutRecord", resources: (owner: string) => [`arn:aws:kinesis:eu-west-1:${owner}:stream/pets`] },
  { action: "sns:Publish", resources: (owner: string) => [`arn:aws:sns:eu-west-1:${owner}:pets`] },
  {
    action: "kms:Decrypt",
    resources: (owner: string) => [`arn:aws:kms:eu-west-1:${owner}:key/11111111-1111-1111-1111-111111111111`],
  },
  { action: "sts:AssumeRole", resources: (owner: string) => [`arn:aws:iam::${owner}:role/other`] },
] as const;
type Target = (typeof targets)[number];

const pick = fc.constantFrom;
const oneOrMore = <T,>(item: fc.Arbitrary<T>) => fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
export const variable = (name: string) => `$\{${name}}`;

const actionsFor = ({ action }: Target) =>
  oneOrMore(
    pick(
      action,
      "*",
      action.toUpperCase().replace(/^\w+/, (prefix) => prefix.toLowerCase()),
      `${action.slice(0, -3)}*`,
      `${action.slice(0, -1)}?`,
      `${action}?`,
      "s3:*",
      "iam:Get*",
    ),
  );

/** An ARN with wildcards and variables at any place, also across its colons. */
const patternsFor = (resource: string) => {
  const parts = resource.split(":");
  const cut = fc.tuple(fc.nat(parts.length), fc.nat(resource.length)).map(([i, at]) => {
    const start = parts.slice(0, Math.max(i, 3)).join(":");
    return `${resource.slice(0, Math.max(at, start.length))}*`;
  });
  const replaced = fc
    .tuple(
      fc.nat(parts.length - 3),
      pick("*", "?", "*a*", "", "e?*", variable("aws:userid"), variable("aws:SourceAccount, 'pets'"), variable("*")),
    )
    .map(([i, part]) => parts.map((given, at) => (at === i + 2 ? part : given)).join(":"));
  const last = pick(
    variable("aws:userid"),
    variable("aws:PrincipalOrgID"),
    variable("aws:PrincipalOrgID, 'n'"),
    "p*s*",
    "?*",
    "*:*",
    "*n",
  ).map((tail) => resource.replace(/[^/:]*$/, tail));
  const joined = fc
    .nat(4)
    .map((i) => [...parts.slice(0, i + 1), ...parts.slice(i + 2)].join(":").replace(/^arn:[^:]*/, "arn:aws*"));
  return oneOrMore(
    fc
      .oneof(fc.constant(resource), fc.constant("*"), cut, replaced, last, joined)
      .filter((text) => /^(\*|arn:[^:]*:[^:]*:.*)$/.test(text)),
  );
};

const names = oneOrMore(
  pick(
    account,
    foreign,
    arns.root,
    arns.role,
    arns.session,
    "*",
    `arn:aws:iam::${account}:role/other`,
    `arn:aws:sts::${account}:assumed-role/reader/two`,
    `arn:aws:iam::${foreign}:root`,
  ),
);
const principalElement = fc.oneof(
  fc.constant("*" as const),
  names.map((AWS) => ({ AWS })),
  oneOrMore(pick("sns.amazonaws.com", "s3.amazonaws.com")).map((Service) => ({ Service })),
  fc.tuple(names, pick("sns.amazonaws.com", "s3.amazonaws.com")).map(([AWS, Service]) => ({ AWS, Service })),
);
const named = pick(
  account,
  arns.root,
  arns.role,
  arns.session,
  `arn:aws:iam::${account}:role/other`,
  `arn:aws:iam::${foreign}:root`,
);

const ifExists = <T,>(operators: fc.Arbitrary<string>, keys: T) =>
  fc.tuple(operators, pick("", "IfExists"), fc.constant(keys));
const texts = pick(
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
);
const single: fc.Arbitrary<NonNullable<PolicyStatement["Condition"]>> = fc.oneof(
  fc
    .tuple(
      ifExists(texts, ["aws:userid", "aws:PrincipalOrgID", "aws:SourceAccount"] as const),
      fc.nat(2),
      oneOrMore(
        pick(
          "n",
          "N",
          "n*",
          "?",
          "*",
          account,
          "1111?2*",
          variable("aws:userid"),
          variable("aws:PrincipalOrgID, 'n'"),
          variable("*"),
        ),
      ),
    )
    .map(([[operator, end, keys], i, value]) => ({ [operator + end]: { [keys[i] ?? ""]: value } })),
  fc
    .tuple(
      ifExists(pick("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"), "aws:SourceArn"),
      oneOrMore(
        pick(
          "arn:aws:sns:eu-west-1:111122223333:pets",
          "arn:aws:sns:*:111122223333:*",
          "arn:*:sns:*:*:p?ts",
          "arn:aws:s3:::*",
        ),
      ),
    )
    .map(([[operator, end, key], value]) => ({ [operator + end]: { [key]: value } })),
  fc
    .tuple(
      ifExists(
        pick(
          "NumericEquals",
          "NumericNotEquals",
          "NumericLessThan",
          "NumericLessThanEquals",
          "NumericGreaterThan",
          "NumericGreaterThanEquals",
        ),
        "aws:MultiFactorAuthAge",
      ),
      oneOrMore(pick("5", "10", "10.0", "20")),
    )
    .map(([[operator, end, key], value]) => ({ [operator + end]: { [key]: value } })),
  fc
    .tuple(
      ifExists(
        pick(
          "DateEquals",
          "DateNotEquals",
          "DateLessThan",
          "DateLessThanEquals",
          "DateGreaterThan",
          "DateGreaterThanEquals",
        ),
        "aws:CurrentTime",
      ),
      pick("2026-03-01T10:00:00Z", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    )
    .map(([[operator, end, key], value]) => ({ [operator + end]: { [key]: value } })),
  fc
    .tuple(
      ifExists(fc.constant("Bool"), ["aws:SecureTransport", "aws:MultiFactorAuthPresent"] as const),
      fc.nat(1),
      pick("true", "false"),
    )
    .map(([[operator, end, keys], i, value]) => ({ [operator + end]: { [keys[i] ?? ""]: value } })),
  fc
    .tuple(
      ifExists(pick("IpAddress", "NotIpAddress"), "aws:SourceIp"),
      oneOrMore(pick("10.0.0.0/8", "10.1.2.3", "192.168.0.0/16", "2001:db8::/32")),
    )
    .map(([[operator, end, key], value]) => ({ [operator + end]: { [key]: value } })),
  fc
    .tuple(pick("aws:PrincipalOrgID", "aws:userid"), pick("true", "false"))
    .map(([key, value]) => ({ Null: { [key]: value } })),
  fc
    .tuple(
      pick("ForAllValues:", "ForAnyValue:"),
      ifExists(texts, "aws:CalledVia"),
      oneOrMore(pick("a", "b", "A*", "?", "c")),
    )
    .map(([quantifier, [operator, end], value]) => ({ [quantifier + operator + end]: { "aws:CalledVia": value } })),
);
const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: single },
  { weight: 1, arbitrary: fc.tuple(single, single).map(([a, b]) => ({ ...a, ...b })) },
);

type Kind = "identity" | "resource" | "trust";

function statementFor(target: Target, resource: string, kind: Kind): fc.Arbitrary<PolicyStatement> {
  const arbitrary = fc.record({
    effect: pick("Allow" as const, "Allow" as const, "Deny" as const),
    not: fc.record({
      action: pick(false, false, true),
      resource: pick(false, false, true),
      principal: pick(false, false, true),
    }),
    actions: actionsFor(target),
    resources: patternsFor(resource),
    principal: principalElement,
    exempt: oneOrMore(named),
    condition,
  });
  return arbitrary.map(({ effect, not, actions, resources, principal, exempt, condition: conditions }) => ({
    Effect: effect,
    ...(kind === "identity"
      ? {}
      : not.principal && effect === "Deny" && kind === "resource"
        ? { NotPrincipal: { AWS: exempt } }
        : { Principal: principal }),
    ...(not.action ? { NotAction: actions } : { Action: actions }),
    ...(kind === "trust" ? {} : not.resource ? { NotResource: resources } : { Resource: resources }),
    ...(conditions ? { Condition: conditions } : {}),
  }));
}

export const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
};

function policyFor(target: Target, resource: string, kind: Kind): fc.Arbitrary<PolicyDocument> {
  return fc
    .tuple(
      pick("2012-10-17", "2012-10-17", "2008-10-17", undefined),
      fc.array(statementFor(target, resource, kind), { minLength: 1, maxLength: 3 }),
    )
    .map(([Version, Statement]) => ({ ...(Version === undefined ? {} : { Version }), Statement }));
}

const context = fc.record(
  {
    "aws:userid": pick("n", "N", "*", account),
    "aws:PrincipalOrgID": pick("n", "m"),
    "aws:SourceAccount": pick(account, foreign),
    "aws:SourceArn": pick("arn:aws:sns:eu-west-1:111122223333:pets", "arn:aws:s3:::pets"),
    "aws:MultiFactorAuthAge": pick("5", "10", "15"),
    "aws:MultiFactorAuthPresent": pick("true", "false"),
    "aws:CurrentTime": fc.constant("2026-03-01T10:00:00Z"),
    "aws:SecureTransport": pick("true", "false"),
    "aws:SourceIp": pick("10.1.2.3", "172.16.0.1", "2001:db8::1"),
    "aws:CalledVia": fc.uniqueArray(pick("a", "b", "c"), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["aws:CurrentTime", "aws:SecureTransport", "aws:SourceIp", "aws:userid"] },
);

const maybe = (policy: fc.Arbitrary<PolicyDocument>) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: policy },
    { weight: 1, arbitrary: fc.constant(everything) },
  );

/** A request with policies of each kind. */
export const arbitraryCase = fc
  .tuple(
    pick(...targets),
    pick(account, account, foreign),
    fc.nat(2),
    pick(...principals, ...principals.slice(0, 1), ...principals.slice(0, 1)),
  )
  .chain(([target, given, i, principal]) => {
    // A bucket's ARN has no account: the bucket's owner is checked before IAM.
    const owner = target.action === "s3:GetObject" ? account : given;
    const resources = target.resources(owner);
    const resource = resources[i % resources.length] ?? "";
    const bound = target.action === "kms:Decrypt" || target.action === "sts:AssumeRole";
    const kind = target.action === "sts:AssumeRole" ? "trust" : "resource";
    const resourcePolicy = policyFor(target, resource, kind);
    const isSession = principal.kind === "session";
    return fc.record({
      principal: fc.constant(principal),
      action: fc.constant(target.action),
      resource: fc.constant(resource),
      owner: fc.constant(owner),
      context,
      // The owner's rights are not in a policy: the simulator gets a policy that allows everything.
      identityPolicies: isSession
        ? fc.array(policyFor(target, resource, "identity"), { maxLength: 2 })
        : fc.constant(principal.kind === "root" ? [everything] : []),
      resourcePolicy: bound ? resourcePolicy : fc.option(resourcePolicy, { nil: undefined }),
      boundary: isSession ? maybe(policyFor(target, resource, "identity")) : fc.constant(undefined),
      sessionPolicy: isSession ? maybe(policyFor(target, resource, "identity")) : fc.constant(undefined),
    });
  });
export type Case = typeof arbitraryCase extends fc.Arbitrary<infer C> ? C : never;
