import { scopeOfArn } from "../../aws/arn";
import type { IamAuthority } from "./authority";

/** In seconds: a job needs its role only when it begins. */
const session = 3_600;

/**
 * The authority of an account whose roles and keys another emulator has: what they may do is not
 * known here, so they may do everything. A caller without a key still has no permission.
 */
export function acceptOutsideRoles(authority: IamAuthority): Omit<IamAuthority, "assumeRoleAs"> {
  return {
    ...authority,
    authorise(caller, ...permission) {
      if (caller.principal.kind === "anonymous") authority.authorise(caller, ...permission);
    },
    assumeRole: (_service, roleArn) => authority.issueForOwner(scopeOfArn(roleArn).account, session),
    sessionOf: () => undefined,
  };
}
