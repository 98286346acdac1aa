import { hasWildcard } from "./documents";

/**
 * Services whose ARNs have the name alone, without the type of the resource (Service Authorization
 * Reference).
 */
const withoutType = ["s3", "sns", "sqs", "execute-api"];

/** Beginnings of names that are common to all functions, log groups or roles of a service. */
const commonPrefix = /^\/?(aws\/[a-z-]+\/|(aws-)?service-role\/)?\/?/;

/**
 * Returns true when an ARN has a wildcard where AWS has no name of the stack: in the service, the
 * Region, the account or the type, or in place of the name's first three letters. Fewer letters fit
 * too many names: `arn:aws:s3:::*-*`, `role/a*`.
 */
export function isWideArn(arn: string): boolean {
  const [, , service = "", , account = "", ...rest] = arn.split(":");
  const resource = rest.join(":").replace(/^\//, "");
  if (rest.length === 0) return hasWildcard(arn);
  if (arn.split(":", 5).some(hasWildcard)) return true;
  const isNameAlone = withoutType.includes(service) && !(service === "s3" && account !== "");
  const [type = "", name = ""] = isNameAlone ? ["", resource] : splitOnce(resource);
  const [first = ""] = name.replace(commonPrefix, "").split(/[:/]/);
  return hasWildcard(type) || first === "" || /^.{0,2}[*?]/.test(first);
}

/** `role/pets` → `role`, `pets`. */
function splitOnce(resource: string): string[] {
  const end = resource.search(/[:/]/);
  return end < 0 ? ["", resource] : [resource.slice(0, end), resource.slice(end + 1)];
}
