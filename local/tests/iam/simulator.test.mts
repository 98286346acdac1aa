import { runSimulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PolicyDocument, PolicyStatement } from "../../account/host/principal.ts";
import { contextOf } from "../../account/languages/policy/context.ts";
import { decide } from "../../account/languages/policy/evaluate.ts";
import { account, arbitraryCase, arns, type Case, variable } from "./simulator-cases.mts";

/**
 * Compares the decisions on generated cases with those of an independent simulator of IAM. `SEED=2 npx vitest run …`
 * generates other cases, `CASES=20000` more; the seed is in the test's name.
 */
const seed = Number(process.env.SEED ?? 1);
const cases = Number(process.env.CASES ?? 2_000);
const casesOfPart = 1_000;
/** Each a test, with its own seed. */
const parts = Math.ceil(cases / casesOfPart);

async function simulate({ principal, action, resource, owner, ...given }: Case): Promise<boolean> {
  const named = (policies: readonly PolicyDocument[]) => policies.map((policy, i) => ({ name: `${i}`, policy }));
  const simulated = await runSimulation(
    {
      request: {
        principal: principal.arn,
        action,
        resource: { resource, accountId: owner },
        contextVariables: given.context,
      },
      identityPolicies: named(given.identityPolicies),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: given.resourcePolicy,
      ...(given.boundary ? { permissionBoundaryPolicies: named([given.boundary]) } : {}),
      ...(given.sessionPolicy ? { sessionPolicy: given.sessionPolicy } : {}),
    },
    {},
  );
  if (simulated.resultType === "error")
    throw new Error(`The simulator refuses a case: ${JSON.stringify(simulated.errors)}`);
  return simulated.overallResult === "Allowed";
}

const asList = <T,>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];
const policiesOf = ({ identityPolicies, resourcePolicy, boundary, sessionPolicy }: Case) =>
  [...identityPolicies, resourcePolicy, boundary, sessionPolicy].filter((policy) => policy !== undefined);
const resourcesOf = (policy: PolicyDocument) =>
  asList(policy.Statement).flatMap(({ Resource, NotResource }) => [...asList(Resource), ...asList(NotResource)]);
const namesOf = (element: PolicyStatement["Principal"]) =>
  element === "*" ? ["*"] : asList((element as Record<string, string | string[]> | undefined)?.AWS);

/** Differences between the simulator and AWS's guide, with the source in the guide. */
const reasons: readonly { readonly why: string; readonly applies: (one: Case) => boolean }[] = [
  {
    why: 'The simulator replaces variables in every version. "Version": "policy variables … are treated as literal strings in the policy" without 2012-10-17.',
    applies: (one) =>
      policiesOf(one).some((policy) => policy.Version !== "2012-10-17" && JSON.stringify(policy).includes("${")),
  },
  {
    why: 'The simulator takes an ARN that ends early for a prefix. "Resource": only "if the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries".',
    applies: (one) =>
      policiesOf(one)
        .flatMap(resourcesOf)
        .some((arn) => arn !== "*" && arn.replace(/\$\{[^}]*\}/g, "").split(":").length < 6),
  },
  {
    why: 'The simulator compares resource types before the resource. "Resource": wildcards work "within the individual segments of an ARN (the parts separated by colons)", so `*:n` fits `function:n`.',
    applies: (one) =>
      policiesOf(one)
        .flatMap(resourcesOf)
        .some((arn) => /[*?}][^:]*:[^:]*$/.test(arn.split(":").slice(5).join(":"))),
  },
  {
    why: 'The simulator replaces no variable that is a whole topic\'s name. "Variables and tags": variables work "in the resource portion of the ARN", which "appears after the fifth colon".',
    applies: (one) =>
      one.action === "sns:Publish" &&
      policiesOf(one)
        .flatMap(resourcesOf)
        .some((arn) => arn.includes("${")),
  },
  {
    why: 'For the simulator an account in NotPrincipal exempts its roles. "NotPrincipal": the statement denies "all principals except the principal specified"; "include both the role\'s ARN and the ARN of the account".',
    applies: (one) =>
      asList(one.resourcePolicy?.Statement).some(({ NotPrincipal }) =>
        namesOf(NotPrincipal).some((name) => name === account || name === arns.root),
      ),
  },
  {
    why: 'For the simulator an IPv6 address never meets NotIpAddress of one IPv4 address. "IP address condition operators": it matches "all IP addresses except the specified IP address or range".',
    applies: (one) =>
      one.context["aws:SourceIp"]?.includes("::") === true &&
      policiesOf(one).some((policy) =>
        /"NotIpAddress(IfExists)?":\{"aws:SourceIp":[^}]*"10\.1\.2\.3"/.test(JSON.stringify(policy)),
      ),
  },
  {
    why: `The simulator reads ${variable("*")} only next to wildcards. "Variables and tags": "${variable("*")} – use where you need an * (asterisk) character".`,
    applies: (one) =>
      policiesOf(one).some((policy) =>
        /"[^"]*String(?:Not)?Equals[^"]*":\{[^}]*"\$\{\*\}"/.test(JSON.stringify(policy)),
      ),
  },
  {
    why: 'For the simulator ForAnyValue with IfExists fails without the key. "…IfExists condition operators": "If the key is not present, evaluate the condition element as true".',
    applies: (one) =>
      one.context["aws:CalledVia"] === undefined &&
      policiesOf(one).some((policy) => /"ForAnyValue:\w+IfExists"/.test(JSON.stringify(policy))),
  },
  {
    why: 'For the simulator a session policy limits what a resource policy grants a session. "Policy evaluation for requests within a single account": "permissions granted directly to a session are not limited by … a session policy".',
    applies: (one) =>
      one.sessionPolicy !== undefined &&
      asList(one.resourcePolicy?.Statement).some(({ Principal }) =>
        namesOf(Principal).some((name) => name === "*" || name === arns.session),
      ),
  },
];

test.each(Array.from({ length: parts }, (_, part) => seed * parts + part))(
  `decides ${casesOfPart} generated cases like the simulator (SEED=${seed}, %i)`,
  async (seedOfPart) => {
    const different: unknown[] = [];
    let allowed = 0;
    for (const one of fc.sample(arbitraryCase, { seed: seedOfPart, numRuns: casesOfPart })) {
      const { allowed: here } = decide({ ...one, context: contextOf(one.context) });
      const there = await simulate(one);
      if (here) allowed++;
      if (here !== there && !reasons.some(({ applies }) => applies(one))) different.push({ here, there, ...one });
    }
    expect(different.slice(0, 3), `repeat with SEED=${seed}`).toEqual([]);
    // With denied cases only, the comparison would test nothing.
    expect(allowed / casesOfPart).toBeGreaterThan(0.15);
  },
);
