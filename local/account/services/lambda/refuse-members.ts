import { notImplemented } from "../../aws/fault";
import { ownValue } from "../../aws/record";

/** Refuses a request that sets a member which the account does not act on. */
export function refuseMembers(operation: string, input: object, members: readonly string[]): void {
  for (const member of members) {
    const value = ownValue(input, member) as unknown;
    const empty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!empty) throw notImplemented(`lambda:${operation} with ${member}`);
  }
}
