import { KMS } from "@aws-sdk/client-kms";
import type { Suite } from "../operation";
import { keyPolicy, policyOf } from "./conditions";
import { waitUntilSeen } from "./first-import";
import type { Facts, Step } from "./step";

interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * The rights to keys of a role that deploys: it may change the keys that have its tags, and new
 * tags do not count for five minutes (KMS guide, "ABAC for AWS KMS").
 */
export function listKeyRights({ account, region }: Place, tags: Readonly<Record<string, string>>) {
  const keys = `arn:aws:kms:${region}:${account}:key/*`;
  const ofKms = (actions: readonly string[]) => actions.map((action) => `kms:${action}`);
  const changes = ["*KeyDeletion", "*TagResource", "DisableKey*", "EnableKey", "PutKeyPolicy", "UpdateKeyDescription"];
  const general = ["Describe*", "Get*", "List*", "*Alias", "EnableKeyRotation", ...changes];
  const via = ["kinesis", "lambda", "personalize", "s3"].map((service) => `${service}.${region}.amazonaws.com`);
  const each = Object.entries(tags);
  const asked = Object.fromEntries(each.map(([tag, value]) => [`aws:RequestTag/${tag}`, value]));
  const allow = { Effect: "Allow", Resource: keys };
  return [
    { ...allow, Action: ofKms(["CreateKey", "TagResource"]), Resource: "*", Condition: { StringEquals: asked } },
    { ...allow, Action: [...ofKms(general), "kinesis:*StreamEncryption"] },
    {
      ...allow,
      Action: ofKms(["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey*"]),
      Condition: { StringEquals: { "kms:ViaService": via } },
    },
    ...each.map(([tag, value]) => ({
      Effect: "Deny",
      Action: ofKms(changes),
      Resource: `${keys}-*`,
      Condition: { StringNotEquals: { [`aws:ResourceTag/${tag}`]: value } },
    })),
  ];
}

/**
 * The first thing that a deployment makes. CreateKey with tags needs `kms:TagResource` in a policy
 * of the caller, and `kms:PutKeyPolicy` or the parameter `BypassPolicyLockoutSafetyCheck` (KMS
 * guide, "Customer managed policy examples"). The Service Authorization Reference lists all three
 * actions for CreateKey, and no condition.
 */
export const newKey: Step = {
  name: "a role with the rights of a deployment makes a key",
  stage: 0,
  run: makeNewKeys,
};

async function makeNewKeys({ world }: Suite): Promise<Facts> {
  const { iam, kms, recorder, run, account, settings, assumeRole } = world;
  const tags = { Project: run, Stack: "record" };
  const RoleName = `${run}-deployer`;
  const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: policyOf([trust]) });
  const PolicyDocument = policyOf(listKeyRights(world, tags));
  await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument });
  await waitUntilSeen(world);
  const deployer = new KMS({ ...settings, credentials: await assumeRole("deployer") });
  recorder.listenTo(deployer);

  const make = async (BypassPolicyLockoutSafetyCheck: boolean): Promise<string> => {
    const request = {
      // By it a removal finds the key.
      Description: run,
      Policy: keyPolicy(world, "if named"),
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      BypassPolicyLockoutSafetyCheck,
    };
    const created = await deployer.createKey(request).catch((error: Error) => error);
    if (created instanceof Error) return created.name;
    await kms.scheduleKeyDeletion({ KeyId: created.KeyMetadata?.KeyId, PendingWindowInDays: 7 });
    return "created";
  };
  return { newKey: await make(true), keyWithCheck: await make(false) };
}
