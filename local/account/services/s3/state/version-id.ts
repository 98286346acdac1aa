import { createHash } from "node:crypto";
import type { Host } from "../../../host/service";
import { invalidArgument } from "../faults";

const randomBytes = 18;
const checkBytes = 6;

const checkOf = (random: Buffer) => createHash("sha256").update(random).digest().subarray(0, checkBytes);

/**
 * An id of 32 characters that shows by itself whether S3 has issued it: S3 refuses an id that it
 * never issued, and knows one whose version was deleted (recorded). It never begins with a hyphen,
 * which the AWS CLI takes for an option.
 */
export function createRandomId(host: Host): string {
  for (;;) {
    const random = host.randomBytes(randomBytes);
    const id = Buffer.concat([random, checkOf(random)]).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}

function isIssued(id: string): boolean {
  if (!/^[A-Za-z0-9_-]{32}$/.test(id)) return false;
  const bytes = Buffer.from(id, "base64url");
  return bytes.subarray(randomBytes).equals(checkOf(bytes.subarray(0, randomBytes)));
}

/** Refuses the id of a version that is not there, unless it may have been there. */
export function checkVersionId(id: string): void {
  if (id === "null" || isIssued(id)) return;
  throw id === ""
    ? invalidArgument("Version id cannot be the empty string", "versionId", id)
    : invalidArgument("Invalid version id specified", "versionId", id);
}
