import { notImplemented } from "../../../aws/fault";

/**
 * Refuses members of a request with a source, destination or setting which this account does not
 * have.
 */
export function refuseOthers(operation: string, input: object, supported: readonly string[]): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || supported.includes(member)) continue;
    throw notImplemented(`firehose:${operation} with ${member}`);
  }
}
