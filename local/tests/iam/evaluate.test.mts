import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyDocument, PolicyStatement, Principal } from "../../account/host/principal.ts";
import { contextOf } from "../../account/languages/policy/context.ts";
import { type DecisionRequest, decide } from "../../account/languages/policy/evaluate.ts";

const account = "111122223333";
const roleArn = `arn:aws:iam::${account}:role/reader`;
const session: Principal = {
  kind: "session",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/reader/one`,
  roleArn,
};
const root: Principal = { kind: "root", account, arn: `arn:aws:iam::${account}:root` };
const key = `arn:aws:kms:eu-west-1:${account}:key/1`;

const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string | string[], more: Partial<PolicyStatement> = {}) =>
  ({ Effect: "Allow", Action, Resource, ...more }) satisfies PolicyStatement;
const deny = (Action: string, Resource: string, more: Partial<PolicyStatement> = {}) =>
  ({ Effect: "Deny", Action, Resource, ...more }) satisfies PolicyStatement;

const ask = (more: Partial<DecisionRequest>) =>
  decide({
    principal: session,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::pets/a.csv",
    context: contextOf({}),
    identityPolicies: [],
    ...more,
  });

/** A variable of the policy language. */
const variable = (name: string) => `$\{${name}}`;

describe("within one account", () => {
  test("denies a request that no policy allows, with the reason", () => {
    expect(ask({})).toEqual({
      allowed: false,
      reason: "because no identity-based policy allows the s3:GetObject action",
    });
  });

  test("an identity policy allows", () => {
    expect(ask({ identityPolicies: [policy(allow("s3:GetObject", "arn:aws:s3:::pets/*"))] }).allowed).toBe(true);
  });

  test("a resource policy that names the role allows without an identity policy", () => {
    const resourcePolicy = policy(allow("s3:GetObject", "*", { Principal: { AWS: roleArn } }));
    expect(ask({ resourcePolicy }).allowed).toBe(true);
  });

  test("a resource policy that names the account leaves the decision to the identity policies", () => {
    const resourcePolicy = policy(allow("s3:GetObject", "*", { Principal: { AWS: account } }));
    expect(ask({ resourcePolicy }).allowed).toBe(false);
  });

  test("a deny in the resource policy overrides an allow in the identity policy", () => {
    const statement = deny("s3:GetObject", "*", { Principal: "*" });
    const decision = ask({ identityPolicies: [policy(allow("s3:*", "*"))], resourcePolicy: policy(statement) });
    expect(decision).toEqual({
      allowed: false,
      reason: "with an explicit deny in a resource-based policy",
      by: { policy: "resource-based policy", statement },
    });
  });

  test("the owner needs no policy, but an explicit deny in a resource policy applies", () => {
    expect(ask({ principal: root }).allowed).toBe(true);
    const resourcePolicy = policy(deny("s3:*", "*", { Principal: "*" }));
    expect(ask({ principal: root, resourcePolicy }).allowed).toBe(false);
  });

  test("a boundary and a session policy each deny everything that they do not allow", () => {
    const identityPolicies = [policy(allow("s3:*", "*"))];
    const other = policy(allow("sns:*", "*"));
    expect(ask({ identityPolicies, boundary: other }).reason).toMatch(/^because no permissions boundary allows/);
    expect(ask({ identityPolicies, sessionPolicy: other }).reason).toMatch(/^because no session policy allows/);
    expect(ask({ identityPolicies, boundary: policy(allow("s3:Get*", "*")) }).allowed).toBe(true);
  });
});

test("a boundary of the role does not limit a resource policy that allows the session", () => {
  const other = policy(allow("sns:*", "*"));
  const granting = (AWS: string) => policy(allow("s3:GetObject", "*", { Principal: { AWS } }));
  for (const limit of [{ boundary: other }, { sessionPolicy: other }]) {
    expect(ask({ resourcePolicy: granting(session.arn), ...limit }).allowed).toBe(true);
    expect(ask({ resourcePolicy: granting(roleArn), ...limit }).allowed).toBe(false);
  }
});

describe("across accounts", () => {
  const resource = "arn:aws:sns:eu-west-1:999999999999:news";
  const identityPolicies = [policy(allow("sns:Publish", "*"))];
  const resourcePolicy = policy(allow("sns:Publish", resource, { Principal: { AWS: account } }));

  test("the identity and the resource policy must both allow", () => {
    const asked = { action: "sns:Publish", resource };
    expect(ask({ ...asked, identityPolicies }).allowed).toBe(false);
    expect(ask({ ...asked, resourcePolicy }).allowed).toBe(false);
    expect(ask({ ...asked, identityPolicies, resourcePolicy }).allowed).toBe(true);
  });

  test("the owner of one account has no rights in another", () => {
    expect(ask({ principal: root, action: "sns:Publish", resource }).allowed).toBe(false);
  });
});

describe("elements", () => {
  const granted = (statement: PolicyStatement, more: Partial<DecisionRequest> = {}) =>
    ask({ identityPolicies: [policy(statement)], ...more }).allowed;

  test("actions ignore case and support * and ?", () => {
    expect(granted(allow("S3:getobject", "*"))).toBe(true);
    expect(granted(allow("s3:Get*", "*"))).toBe(true);
    expect(granted(allow("s3:GetObjec?", "*"))).toBe(true);
    expect(granted(allow("s3:GetObject?", "*"))).toBe(false);
  });

  test("resources are case-sensitive", () => {
    expect(granted(allow("s3:*", "arn:aws:s3:::Pets/*"))).toBe(false);
  });

  test("NotAction and NotResource allow everything else", () => {
    expect(granted({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })).toBe(true);
    expect(granted({ Effect: "Allow", NotAction: "s3:*", Resource: "*" })).toBe(false);
    expect(granted({ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::pets/*" })).toBe(false);
    expect(granted({ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::other/*" })).toBe(true);
  });

  test.each<[string, string[], Partial<DecisionRequest>, boolean]>([
    ["another role and the account", [`${roleArn}2`, account], {}, false],
    ["the account alone", [`arn:aws:iam::${account}:root`], {}, false],
    ["the session's role and the account", [roleArn, account], {}, true],
    ["the session", [session.arn], {}, true],
    ["the account, of its owner", [account], { principal: root }, true],
    ["the role, of a role with a permissions boundary", [roleArn], { boundary: policy(allow("*", "*")) }, false],
  ])("NotPrincipal with %s exempts only the listed principals", (_, AWS, more, expected) => {
    const resourcePolicy = policy({ Effect: "Deny", NotPrincipal: { AWS }, Action: "s3:*", Resource: "*" });
    expect(ask({ identityPolicies: [policy(allow("s3:*", "*"))], resourcePolicy, ...more }).allowed).toBe(expected);
  });

  test.each([
    ["arn:aws:kms:*:key/1", false],
    ["arn:aws:kms:eu-west-1*key/1", false],
    ["arn:aws:*:key/1", false],
    ["arn:aws:kms:*:*:key/?", true],
    ["arn:aws:kms:eu-west-1:*", true],
    ["arn:aws:kms:*", true],
    ["arn:aws:k*:*:1111*:*", true],
  ])("the resource %s, with wildcards in parts of an ARN, is %s", (Resource, expected) => {
    expect(granted(allow("kms:Decrypt", Resource), { action: "kms:Decrypt", resource: key })).toBe(expected);
  });

  test("replaces variables with the request's values, whose wildcards are literal", () => {
    const statement = allow("s3:*", `arn:aws:s3:::pets/${variable("aws:PrincipalAccount")}/*`);
    const at = (resource: string, value: string) =>
      granted(statement, { resource, context: contextOf({ "aws:PrincipalAccount": value }) });
    expect(at(`arn:aws:s3:::pets/${account}/x`, account)).toBe(true);
    expect(at("arn:aws:s3:::pets/other/x", "*")).toBe(false);
    expect(at("arn:aws:s3:::pets/*/x", "*")).toBe(true);
  });

  test("a variable without a value has its default, or matches nothing", () => {
    const resource = "arn:aws:s3:::pets/none/x";
    expect(granted(allow("s3:*", `arn:aws:s3:::pets/${variable("s3:prefix, 'none'")}/*`), { resource })).toBe(true);
    expect(granted(allow("s3:*", `arn:aws:s3:::pets/${variable("s3:prefix")}*`), { resource })).toBe(false);
  });
});

test("a request is allowed exactly when an allow matches and no deny does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(arbitraryStatement("Allow"), arbitraryStatement("Deny"))),
      arbitraryRequest,
      (statements, request) => {
        const matches = (effect: "Allow" | "Deny") =>
          statements.some(
            (statement) =>
              statement.Effect === effect &&
              ask({ ...request, identityPolicies: [policy({ ...statement, Effect: "Allow" })] }).allowed,
          );
        const { allowed } = ask({ ...request, identityPolicies: [policy(...statements)] });
        expect(allowed).toBe(matches("Allow") && !matches("Deny"));
      },
    ),
  );
});

const actions = ["s3:GetObject", "s3:PutObject", "sns:Publish"];
const resources = ["arn:aws:s3:::pets/a.csv", "arn:aws:s3:::pets/b/c.csv", `arn:aws:sns:eu-west-1:${account}:news`];
const arbitraryRequest = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
});
function arbitraryStatement(Effect: "Allow" | "Deny"): fc.Arbitrary<PolicyStatement> {
  const action = fc.constantFrom(...actions, "s3:*", "*", "s3:???Object");
  const resource = fc.constantFrom(...resources, "*", "arn:aws:s3:::pets/*", "arn:aws:sns:*");
  return fc.oneof(
    fc.record({ Effect: fc.constant(Effect), Action: action, Resource: resource }),
    fc.record({ Effect: fc.constant(Effect), NotAction: action, Resource: resource }),
    fc.record({ Effect: fc.constant(Effect), Action: action, NotResource: resource }),
  );
}
