import { Fault } from "../../aws/fault";
import type { PolicyDocument, Principal } from "../../host/principal";
import type { Caller, Host, Permission } from "../../host/service";
import type { Store } from "../../host/store";
import { requestContext } from "../../languages/policy/context";
import { type Decision, decide } from "../../languages/policy/evaluate";
import { findManaged } from "./state/aws-managed";
import { createSessions, type Sessions } from "./state/sessions";
import { defaultDocument, type IamState, type Role } from "./state/state";

/** Decides permissions in the account, and finds the principal of an access key. */
export interface IamAuthority extends Pick<Sessions, "assumeRole" | "assumeRoleAs" | "issueForOwner" | "sessionOf"> {
  /**
   * Throws `AccessDenied` unless the caller has the permission. `resourcePolicy` is the one
   * attached to the resource. Throws a 501 when a statement that applies has a condition which the
   * account cannot evaluate. `decided` is called with the decision in both cases.
   */
  authorise(
    caller: Caller,
    permission: Permission,
    resourcePolicy: PolicyDocument | undefined,
    decided?: (decision: Decision) => void,
  ): void;
  /**
   * `aws:userid` of a principal, as STS reports it: `AROA…:session`, or the account's id for its
   * owner.
   */
  userIdOf(principal: Principal): string;
}

/** The role with an ARN, if the account has it. */
function findRoleByArn(states: Store<IamState>, roleArn: string): Role | undefined {
  const [, account = "", name = ""] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  const role = states.of({ account, region: "" }).roles.get(name.toLowerCase());
  return role?.arn === roleArn ? role : undefined;
}

/** Creates the authority over the roles and policies of all accounts. */
export function createAuthority(host: Host, states: Store<IamState>): IamAuthority {
  const managed = (account: string, arn: string): PolicyDocument | undefined => {
    const policy = findManaged(states.of({ account, region: "" }), arn);
    return policy && defaultDocument(policy);
  };

  const identityPolicies = (account: string, role: Role): PolicyDocument[] => [
    ...Array.from(role.inline.values(), ({ document }) => document),
    ...Array.from(role.attached, (arn) => managed(account, arn)).filter((document) => document !== undefined),
  ];

  const userIdOf = (principal: Principal): string => {
    if (principal.kind === "root") return principal.account;
    if (principal.kind === "service") return principal.service;
    if (principal.kind === "anonymous") return principal.arn;
    return `${findRoleByArn(states, principal.roleArn)?.id ?? "AROADELETED"}:${principal.arn.split("/").at(-1) ?? ""}`;
  };

  const authorise: IamAuthority["authorise"] = (caller, permission, resourcePolicy, decided) => {
    const { principal } = caller;
    const role = principal.kind === "session" ? findRoleByArn(states, principal.roleArn) : undefined;
    const decision = decide({
      principal,
      action: permission.action,
      resource: permission.resource,
      context: requestContext(caller, permission, host.clock.now(), userIdOf(principal)),
      identityPolicies: role ? identityPolicies(principal.account, role) : [],
      resourcePolicy,
      boundary: role?.boundaryArn === undefined ? undefined : managed(principal.account, role.boundaryArn),
      sessionPolicy: sessions.policyOf(principal),
    });
    decided?.(decision);
    if (decision.allowed) return;
    const who = principal.kind === "service" ? principal.service : principal.arn;
    throw new Fault(
      "AccessDenied",
      `User: ${who} is not authorized to perform: ${permission.action} on resource: ${permission.resource} ${decision.reason}`,
    );
  };

  const sessions = createSessions(host, {
    find: (arn) => findRoleByArn(states, arn),
    authorise: (caller, permission, trust) =>
      authorise(caller, permission, trust, (decision) => {
        const { action, resource } = permission;
        host.noteDecision(caller, { action, resource, ...decision });
      }),
  });

  return {
    authorise,
    userIdOf,
    assumeRole: sessions.assumeRole,
    assumeRoleAs: sessions.assumeRoleAs,
    issueForOwner: sessions.issueForOwner,
    sessionOf: sessions.sessionOf,
  };
}
