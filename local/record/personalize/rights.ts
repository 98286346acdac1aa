import { IAM } from "@aws-sdk/client-iam";
import { STS } from "@aws-sdk/client-sts";
import type { Place } from "../place";
import { openLocalPlace } from "./local-place";
import { findAll, removeAll } from "./removal";
import { runSteps } from "./run-steps";
import { stepsOf } from "./steps";
import { policyOf } from "./steps/conditions";
import { openWorld, prefixIn } from "./world";

/** The local account has no CloudTrail. */
const elsewhere = ["cloudtrail:LookupEvents"];

/**
 * The policy with the rights that a stage needs, found out by a run in a local account: each action
 * on the resources that it was asked for, of the run by their names, of others by their type.
 */
export async function findRights(stage: 0 | 1): Promise<object> {
  const { local, ...owner } = await openLocalPlace();
  const { principal, credentials } = await assumeRole(owner, [{ Effect: "Allow", Action: "*", Resource: "*" }]);
  const place = { ...owner, settings: { ...owner.settings, credentials } };
  const asked = new Map<string, Set<string>>(elsewhere.map((action) => [action, new Set(["*"])]));
  const world = openWorld(place);
  // A call of another service for the run, such as S3's to KMS, needs the run's rights too.
  local.log.listen(({ principal: caller, decisions }) => {
    if (caller !== principal) return;
    for (const { action, resource } of decisions) {
      const general = generalise(resource, place);
      if (general !== undefined) asked.set(action, (asked.get(action) ?? new Set()).add(general));
    }
  });
  try {
    await findAll(world, prefixIn(place.region));
    await runSteps(world, stepsOf(stage), () => {});
    await removeAll(world.removing(), world.run);
  } finally {
    await place.close();
  }
  return { Version: "2012-10-17", Statement: [...toStatements(asked), keyThroughPersonalize] };
}

/**
 * Creates a role with these rights in a local account, and assumes it for as long as IAM allows.
 */
export async function assumeRole({ settings, account }: Pick<Place, "settings" | "account">, Statement: unknown) {
  const RoleName = "recorder";
  const trust = { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" };
  const most = 43_200;
  const iam = new IAM(settings);
  const created = { RoleName, AssumeRolePolicyDocument: policyOf([trust]), MaxSessionDuration: most };
  const { Role: { Arn: RoleArn } = {} } = await iam.createRole(created);
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument: policyOf(Statement) });
  const session = { RoleArn, RoleSessionName: "evening", DurationSeconds: most };
  const { AssumedRoleUser, Credentials: keys } = await new STS(settings).assumeRole(session);
  const {
    AccessKeyId: accessKeyId = "",
    SecretAccessKey: secretAccessKey = "",
    SessionToken: sessionToken = "",
  } = keys ?? {};
  return { principal: AssumedRoleUser?.Arn ?? "", credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

/**
 * For all accounts, Regions and runs. Undefined: no right can be about it, such as a text that is
 * no ARN.
 */
function generalise(resource: string, { account, region }: { account: string; region: string }): string | undefined {
  const everyone = resource.replace(`:${account}:`, ":*:").replace(`:${region}:`, ":*:");
  const start = everyone.indexOf(prefixIn(region));
  if (start >= 0) return `${everyone.slice(0, start)}${prefixIn("*").slice(0, -1)}`;
  // Recipes are AWS's own.
  if (/^arn:aws:personalize:::recipe\//.test(everyone)) return "arn:aws:personalize:::recipe/*";
  // AWS generates the ends of these ARNs.
  const generated = /^(arn:aws:(?:kms:.*:key|personalize:.*:event-tracker)\/)/.exec(everyone)?.[1];
  return generated ? `${generated}*` : everyone === "*" ? everyone : undefined;
}

/**
 * The service may use a group's key as its caller, as other services do: no documentation says that
 * it does not. The local account does not, so a run there does not need them. The recording shows
 * who used the key (`the service's calls in CloudTrail`).
 */
const keyThroughPersonalize = {
  Effect: "Allow",
  Action: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"],
  Resource: ["arn:aws:kms:*:*:key/*"],
  Condition: { StringLike: { "kms:ViaService": "personalize.*.amazonaws.com" } },
};

/** What narrows a right more than its resources do. */
const conditions: Readonly<Record<string, object>> = {
  "iam:PassRole": { StringEquals: { "iam:PassedToService": "personalize.amazonaws.com" } },
  // Files are written under the key through S3 only (KMS guide, "kms:ViaService").
  "kms:Decrypt": { StringLike: { "kms:ViaService": "s3.*.amazonaws.com" } },
  "kms:GenerateDataKey": { StringLike: { "kms:ViaService": "s3.*.amazonaws.com" } },
};

/** One statement for all actions on the same resources under the same condition. */
function toStatements(asked: ReadonlyMap<string, ReadonlySet<string>>): object[] {
  const actionsOn = new Map<string, string[]>();
  for (const [action, resources] of [...asked].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = JSON.stringify({ Resource: [...resources].sort(), Condition: conditions[action] });
    actionsOn.set(key, [...(actionsOn.get(key) ?? []), action]);
  }
  return [...actionsOn].map(([rest, Action]) => ({ Effect: "Allow", Action, ...JSON.parse(rest) }));
}
