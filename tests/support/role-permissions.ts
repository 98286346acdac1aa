import { IAM, paginateListRoles } from "@aws-sdk/client-iam";
import type { PolicyDocument, PolicyStatement } from "../../local/account/host/principal.ts";
import type { Authorisation } from "../../local/account/host/request-log.ts";
import type { Caller } from "../../local/account/host/service.ts";
import type { Account } from "../../local/account.ts";
import { sdk } from "../../local/tests/support/aws.ts";

/** An action of a role, on the resources of the statement that allows it. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** The service through which the key may be used: each one that a statement lists is a grant. */
  readonly via?: string;
}

export const describeGrant = ({ role, action, resources, via }: Grant) =>
  `${role}: ${action} on ${resources.join(" | ")}${via === undefined ? "" : ` via ${via}`}`;

/**
 * Lists what the inline policies of all roles allow whose names begin with `prefix`; roles without
 * the prefix.
 */
export async function listGrants(account: Account, prefix: string): Promise<Grant[]> {
  const client = new IAM(sdk(account));
  const grants: Grant[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, {})) {
    for (const { RoleName = "" } of Roles) {
      if (!RoleName.startsWith(prefix)) continue;
      const { PolicyNames = [] } = await client.listRolePolicies({ RoleName });
      for (const PolicyName of PolicyNames) {
        const { PolicyDocument: text = "" } = await client.getRolePolicy({ RoleName, PolicyName });
        const { Statement }: PolicyDocument = JSON.parse(decodeURIComponent(text));
        const statements = [Statement].flat().filter(({ Effect }) => Effect === "Allow");
        grants.push(...statements.flatMap((statement) => toGrants(RoleName.slice(prefix.length), statement)));
      }
    }
  }
  return grants;
}

function toGrants(role: string, { Action = [], Resource = [], Condition }: PolicyStatement): Grant[] {
  const grants = [Action].flat().map((action) => ({ role, action, resources: [Resource].flat() }));
  const services = [Condition?.StringEquals?.["kms:ViaService"] ?? []].flat().map(String);
  return services.length === 0 ? grants : grants.flatMap((grant) => services.map((via) => ({ ...grant, via })));
}

/** Calls `onAllowed` with each permission that IAM allows a session of a role from now on. */
export function watchDecisions(
  { host }: Account,
  onAllowed: (decision: Omit<Authorisation, "allowed">, roleArn: string, caller: Caller) => void,
): void {
  const authority = host.authority();
  host.setAuthority({
    ...authority,
    authorise(caller, permission, resourcePolicy, note) {
      authority.authorise(caller, permission, resourcePolicy, (decision) => {
        note?.(decision);
        const { principal } = caller;
        if (decision.allowed && principal.kind === "session") {
          onAllowed({ ...permission, ...decision }, principal.roleArn, caller);
        }
      });
    },
  });
}

/**
 * Collects every permission that roles use from now on, described like a grant: what IAM allows a
 * session of a role by a statement of the role's policy. Also permissions that a service checks
 * without a request, which the log does not have.
 */
export function watchPermissions(account: Account, prefix: string): ReadonlySet<string> {
  const used = new Set<string>();
  watchDecisions(account, ({ action, by }, roleArn, caller) => {
    const name = roleArn.split("/").at(-1) ?? "";
    if (by?.policy !== "identity-based policy" || !name.startsWith(prefix)) return;
    for (const grant of toGrants(name.slice(prefix.length), { ...by.statement, Action: action })) {
      const { via } = grant;
      if (via === undefined || via === `${caller.via}.${caller.region}.amazonaws.com`) used.add(describeGrant(grant));
    }
  });
  return used;
}
