import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import type { Undocumented } from "../../../account/services/personalize/undocumented.ts";
import { assumeRole } from "../../../record/personalize/rights.ts";
import { sdk } from "../../support/aws.ts";
import { listEverything } from "../../support/inventory.mts";
import { openEvening } from "./evening.mts";

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const printPolicy = async (options: string) =>
  JSON.parse((await (await openEvening()).run(`--policy${options}`, { aws: false })).text) as {
    Statement: readonly Statement[];
  };
const policy = await printPolicy("");
/** Those of the last statement are for AWS: the local account does not need them. */
const actions = policy.Statement.slice(0, -1).flatMap(({ Action }) => Action);

/** Runs a stage by a role with these rights, in an account with CloudTrail's right. */
async function runWith(statements: readonly Statement[], undocumented: Undocumented = {}, stage = 0) {
  const { account, place, run } = await openEvening(undocumented);
  const { credentials } = await assumeRole(place, statements);
  const mayLookUp = statements.some(({ Action }) => Action.includes("cloudtrail:LookupEvents"));
  const denied = Object.assign(new Error("Denied."), { name: "AccessDeniedException" });
  const lookUp = async () => (mayLookUp ? [] : Promise.reject(denied));
  const ended = await run(`--stage ${stage} --confirm`, {
    changes: { settings: { ...place.settings, credentials }, lookUp },
  });
  const iam = new IAM(sdk(account));
  await iam.deleteRolePolicy({ RoleName: "recorder", PolicyName: "own" });
  await iam.deleteRole({ RoleName: "recorder" });
  return { ...ended, left: await listEverything(account) };
}

test.each<[string, Undocumented]>([
  ["as it is assumed", {}],
  ["that names no source", { sourceForKey: "not named", sourceForBucket: "not named", sourceForRole: "not named" }],
])("a role with exactly the printed rights completes stage 0 in an account %s", async (_, undocumented) => {
  const { code, text, left } = await runWith(policy.Statement, undocumented);
  expect(text).not.toContain("ended early");
  expect(text).not.toContain("missing");
  expect([code, left]).toEqual([0, []]);
});

test("a role with exactly the rights that are printed for stage 1 completes it", async () => {
  const { code, text, left } = await runWith((await printPolicy(" --stage 1")).Statement, {}, 1);
  expect(text).not.toContain("ended early");
  expect(text).not.toContain("missing");
  expect([code, left]).toEqual([0, []]);
});

test("the service may use a key as its caller, through itself only", () => {
  expect(policy.Statement.at(-1)).toEqual({
    Effect: "Allow",
    Action: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"],
    Resource: ["arn:aws:kms:*:*:key/*"],
    Condition: { StringLike: { "kms:ViaService": "personalize.*.amazonaws.com" } },
  });
});

test.each(actions)("without %s the command fails and names it", async (action) => {
  const rest = policy.Statement.slice(0, -1).map((each) => ({
    ...each,
    Action: each.Action.filter((name) => name !== action),
  }));
  const { code, text } = await runWith(rest.filter(({ Action }) => Action.length > 0));
  expect(code).toBe(1);
  expect(text.split("\n").at(-1)).toContain(action);
});

test("the rights are for what a run makes, but where AWS generates the names", () => {
  const wide = policy.Statement.filter(({ Resource }) => Resource.includes("*")).flatMap(({ Action }) => Action);
  expect(wide.filter((action) => !/:(List|Lookup)/.test(action)).sort()).toEqual([
    "kms:CreateKey",
    "personalize:PutEvents",
  ]);
  const generated = policy.Statement.filter(({ Resource }) =>
    Resource.some((arn) => /(key|event-tracker)\/\*$/.test(arn)),
  );
  expect(generated.flatMap(({ Action }) => Action).filter((action) => !/^kms:|EventTracker$/.test(action))).toEqual([]);
});
