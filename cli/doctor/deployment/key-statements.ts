import { projectTag } from "../../../names/layout";
import type { StackName } from "../../../names/physical-names";
import { type Place, toArn } from "./resource-arns";
import { allow, deny, type Statement } from "./statement";

/** Services that use the stack's key for the role that deploys. */
const servicesWithKey = ["kinesis", "lambda", "personalize", "s3"];

/** Changes of a key that exists. */
const changes = ["*KeyDeletion", "*TagResource", "DisableKey*", "EnableKey", "PutKeyPolicy", "UpdateKeyDescription"];

const ofKms = (actions: readonly string[]) => actions.map((action) => `kms:${action}`);

/**
 * Allows what a deployment does with keys, whose ids are generated. Changes depend on the stack's
 * tags, and use on the services that use the key for the caller. The first deployment depends on no
 * tag of the key, because it may take five minutes until one counts (KMS guide, "ABAC for AWS
 * KMS"). It creates the key with policy and tags, switches on the rotation, gives the alias and
 * reads (terraform-provider-aws, internal/service/kms/key.go). An alias decides no permission here,
 * and a right on the alias by its name is needed too.
 */
export function createKeyStatements(place: Place, { project, stack }: StackName): Statement[] {
  const keys = toArn(place, "kms", "key/*");
  const reads = ["Describe*", "Get*", "List*"];
  const use = ["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey*"];
  const via = servicesWithKey.map((service) => `${service}.${place.region}.amazonaws.com`);
  const tags = Object.entries({ [projectTag]: project, Stack: stack });
  const asked = Object.fromEntries(tags.map(([tag, value]) => [`aws:RequestTag/${tag}`, value]));
  return [
    allow("NewKey", ofKms(["CreateKey", "TagResource"]), "*", { StringEquals: asked }),
    // Kinesis asks for its own action on the key (Service Authorization Reference).
    allow("Keys", [...ofKms([...reads, "*Alias", "EnableKeyRotation", ...changes]), "kinesis:*StreamEncryption"], keys),
    allow("UseOfKeys", ofKms(use), keys, { StringEquals: { "kms:ViaService": via } }),
    // The right to set tags at the creation is one on every key (KMS guide, "Controlling access to
    // tags"): with it alone, a key of others could be made the stack's. Each key's id has a hyphen;
    // what is being created has no id.
    ...tags.map(([tag, value]) =>
      deny(`KeysOfOther${tag}s`, ofKms(changes), toArn(place, "kms", "key/*-*"), {
        StringNotEquals: { [`aws:ResourceTag/${tag}`]: value },
      }),
    ),
  ];
}
