import { Fault } from "../../../endpoint/fault";
import { type PolicyDocument, type Principal, rootOf, type Session } from "../../../endpoint/principal";
import type { Caller, Host, Permission } from "../../../endpoint/service";
import { type Role, uniqueId } from "./state";

/** What an AssumeRole request says of the session. */
export interface SessionRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId?: string | undefined;
  /** Takes rights away from the session; grants none. */
  readonly policy?: PolicyDocument | undefined;
}

export interface Sessions {
  /**
   * A session of a role for an AWS service, which never expires: services renew theirs unseen. Throws `AccessDenied`
   * when the role is missing or its trust policy refuses the service.
   */
  assumeRole: Host["assumeRole"];
  /** A session for a caller of STS, ending by the clock. Throws `AccessDenied` when the trust policy refuses the caller. */
  assumeRoleAs(caller: Caller, request: SessionRequest): Session;
  /** Temporary credentials of the account's owner, ending by the clock. */
  ownersSession(account: string, durationSeconds: number): Session;
  /**
   * The session of a key that the account issued; undefined for any other key that is no temporary one. Throws when the
   * key was never issued, comes without its session token, or has expired.
   */
  sessionOf(accessKeyId: string, sessionToken: string | undefined): Session | undefined;
}

/** What sessions need to know of roles and policies. */
interface Roles {
  role(arn: string): Role | undefined;
  authorise(caller: Caller, permission: Permission, trust: PolicyDocument): void;
  limit(principal: Principal, policy: PolicyDocument): void;
}

/** Seconds that a session may last when another session asked for it. */
const chainedLimit = 3600;

export function createSessions(host: Host, roles: Roles): Sessions {
  const issued = new Map<string, Session>();
  const ofServices = new Map<string, Session>();

  const assume = (caller: Caller, roleArn: string, context: Permission["context"] = {}): Role => {
    const role = roles.role(roleArn);
    const who = caller.principal.kind === "service" ? caller.principal.service : caller.principal.arn;
    // A missing role and a refusing one get the same answer, so that callers do not learn which roles exist.
    if (!role) {
      throw new Fault(
        "AccessDenied",
        `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    roles.authorise(caller, { action: "sts:AssumeRole", resource: roleArn, context }, role.trust.document);
    role.lastUsed = { date: new Date(host.clock.now()), region: caller.region };
    return role;
  };

  const issueTo = (principal: Principal, expiration?: number): Session => {
    const session: Session = {
      accessKeyId: uniqueId("ASIA", host.randomBytes(16)),
      secretAccessKey: host.randomBytes(30).toString("base64"),
      sessionToken: host.randomBytes(96).toString("base64"),
      ...(expiration === undefined ? {} : { expiration }),
      principal,
    };
    issued.set(session.accessKeyId, session);
    return session;
  };

  const issue = (role: Role, sessionName: string, viaService?: string, expiration?: number): Session => {
    const [account = "", name = ""] = [role.arn.split(":")[4], role.name];
    const principal: Principal = {
      kind: "session",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`,
      roleArn: role.arn,
      ...(viaService === undefined ? {} : { viaService }),
    };
    return issueTo(principal, expiration);
  };

  return {
    assumeRole(service, roleArn, { sessionName, region, sourceArn }) {
      const account = roleArn.split(":")[4] ?? "";
      const principal: Principal = {
        kind: "service",
        account,
        arn: service,
        service,
        ...(sourceArn === undefined ? {} : { sourceArn }),
      };
      const role = assume({ account, region, principal }, roleArn, { "sts:RoleSessionName": sessionName });
      // One session per purpose: a delivery stream that assumes its role at every flush needs no new key each time.
      const purpose = JSON.stringify([service, role.id, sessionName, region, sourceArn]);
      const session = ofServices.get(purpose) ?? issue(role, sessionName, service);
      ofServices.set(purpose, session);
      return session;
    },

    assumeRoleAs(caller, { roleArn, sessionName, durationSeconds, externalId, policy }) {
      if (caller.principal.kind === "session" && durationSeconds > chainedLimit) {
        throw new Fault(
          "ValidationError",
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      }
      const role = assume(caller, roleArn, {
        "sts:RoleSessionName": sessionName,
        ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
      });
      if (durationSeconds > role.maxSessionDuration) {
        throw new Fault(
          "ValidationError",
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        );
      }
      const session = issue(role, sessionName, undefined, host.clock.now() + durationSeconds * 1000);
      if (policy) roles.limit(session.principal, policy);
      return session;
    },

    ownersSession: (account, durationSeconds) => issueTo(rootOf(account), host.clock.now() + durationSeconds * 1000),

    sessionOf(accessKeyId, sessionToken) {
      const session = issued.get(accessKeyId);
      if (!session && !accessKeyId.startsWith("ASIA")) return undefined;
      // IAM user guide, "Using temporary credentials": a call with a temporary key must include its session token.
      if (!session || session.sessionToken !== sessionToken) {
        throw new Fault("InvalidClientTokenId", "The security token included in the request is invalid.");
      }
      if (session.expiration !== undefined && session.expiration <= host.clock.now()) {
        throw new Fault("ExpiredToken", "The security token included in the request is expired.");
      }
      return session;
    },
  };
}
