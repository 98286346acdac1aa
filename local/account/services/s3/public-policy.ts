import type { PolicyDocument, PolicyStatement } from "../../host/principal";

/**
 * Condition keys that limit "everyone" to known callers, so that S3 does not call the policy public
 * (user guide, "The meaning of public").
 */
const fixing = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceip",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
]);

/** Returns whether a bucket policy allows access to everyone. */
export function isPublic({ Statement }: PolicyDocument): boolean {
  return [Statement]
    .flat()
    .some((statement) => statement.Effect === "Allow" && open(statement) && !isRestricted(statement));
}

function open({ Principal, NotPrincipal }: PolicyStatement): boolean {
  if (NotPrincipal !== undefined || Principal === "*") return true;
  return [Principal?.AWS ?? []].flat().includes("*");
}

function isRestricted({ Condition = {} }: PolicyStatement): boolean {
  return Object.entries(Condition).some(
    ([operator, keys]) =>
      !/Not|IfExists|Null/.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          fixing.has(key.toLowerCase()) && ![values].flat().some((value) => String(value).startsWith("*")),
      ),
  );
}
