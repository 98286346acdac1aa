import { Fault } from "../aws/fault";
import type { ServiceName } from "../model/clients";

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * Each service's error for a tag whose key begins with `aws:`, which AWS reserves (General
 * Reference, "Tag naming limits"). The error of KMS is recorded; S3 has another error for each
 * operation and checks its tags itself.
 */
const refusals: Readonly<Partial<Record<ServiceName, Refusal>>> = {
  cloudwatch: { code: "InvalidParameterValueException", message: "Tag keys that begin with aws: are reserved." },
  firehose: { code: "InvalidArgumentException", message: "Tag keys that begin with aws: are reserved." },
  iam: { code: "InvalidInputException", message: "Tag keys that begin with aws: are reserved for system use." },
  kinesis: { code: "InvalidArgumentException", message: "Tag keys that begin with aws: are reserved." },
  kms: { code: "TagException", message: "Tags beginning with aws: are reserved" },
  sns: {
    code: "InvalidParameterException",
    message: "Invalid parameter: Tags Reason: Tag keys that begin with aws: are reserved.",
  },
};

/** Refuses a request that would set a reserved tag. `code` is the service's usual error code. */
export function refuseReservedTags(service: ServiceName, input: unknown, code: string): void {
  if (service === "s3") return;
  const { Tags, tags } = input as { Tags?: unknown; tags?: unknown };
  if (!keysOf(Tags ?? tags).some((key) => /^aws:/i.test(key))) return;
  const refusal = refusals[service] ?? { code, message: "Tag keys that begin with aws: are reserved." };
  throw new Fault(refusal.code, refusal.message);
}

/**
 * Tags are a map or a list of pairs; the members of a pair have different names in different
 * services.
 */
function keysOf(tags: unknown): string[] {
  if (typeof tags !== "object" || tags === null) return [];
  if (!Array.isArray(tags)) return Object.keys(tags);
  return tags.map((tag: { Key?: unknown; TagKey?: unknown; key?: unknown; tagKey?: unknown }) =>
    String(tag.Key ?? tag.TagKey ?? tag.key ?? tag.tagKey ?? ""),
  );
}
