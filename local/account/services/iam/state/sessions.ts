import { globalArn, scopeOfArn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import { type PolicyDocument, type Principal, rootOf, type Session, type SessionEnd } from "../../../host/principal";
import type { Caller, Host, Permission } from "../../../host/service";
import { createStore } from "../../../host/store";
import { machineTime } from "../../../time/clock";
import { createUniqueId, type Role } from "./state";

/** The session in a request of AssumeRole. */
interface SessionRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId?: string | undefined;
  /** Limits the rights of the session; it grants none. */
  readonly policy?: PolicyDocument | undefined;
}

export interface Sessions {
  /**
   * A session of a role for an AWS service, which never expires, because services renew theirs.
   * Throws `AccessDenied` when the role is missing or its trust policy refuses the service.
   */
  assumeRole: Host["assumeRole"];
  /**
   * A session for a caller of STS, which ends after its time. Throws `AccessDenied` when the trust
   * policy refuses the caller.
   */
  assumeRoleAs(caller: Caller, request: SessionRequest): Session;
  /** Temporary credentials of the account's owner, which end after their time. */
  issueForOwner(account: string, durationSeconds: number): Session;
  /**
   * The session of a key that the account issued; undefined for any other key that is not
   * temporary. Throws when the key was never issued, comes without its session token, or has
   * expired.
   */
  sessionOf(accessKeyId: string, sessionToken: string | undefined): Session | undefined;
  /** The policy that limits a principal's session, if its session was issued with one. */
  policyOf(principal: Principal): PolicyDocument | undefined;
}

interface IssuedSessions {
  readonly byKey: Map<string, Session>;
  readonly ofServices: Map<string, Session>;
  readonly limits: Map<Principal, PolicyDocument>;
}

/**
 * Services that trust policies may also name with their Region, as their guides do:
 * `logs.eu-west-1.amazonaws.com` ("Subscription filters"), `states.eu-west-1.amazonaws.com`
 * ("Creating an IAM role").
 */
const withRegionalName: ReadonlySet<string> = new Set(["logs.amazonaws.com", "states.amazonaws.com"]);

/** The roles and policies of sessions. */
interface Roles {
  find(arn: string): Role | undefined;
  authorise(caller: Caller, permission: Permission, trust: PolicyDocument): void;
}

/** The longest duration of a session that another session assumes, in seconds. */
const chainedLimit = 3600;

/** Creates the sessions of all accounts. */
export function createSessions(host: Host, roles: Roles): Sessions {
  const store = createStore(
    (): IssuedSessions => ({ byKey: new Map(), ofServices: new Map(), limits: new Map() }),
    "partition",
  );
  const { byKey, ofServices, limits } = store.of({ account: "", region: "" });

  const endAfter = (seconds: number): SessionEnd => ({
    onAccount: host.clock.now() + seconds * 1000,
    onMachine: machineTime() + seconds * 1000,
  });
  /**
   * A session lasts for its time on both clocks: for a caller, real time passes, and at 300 times
   * its speed an hour passes in twelve seconds. Where the account's clock moves only by tests, it
   * alone counts.
   */
  const hasEnded = ({ onAccount, onMachine }: SessionEnd) =>
    onAccount <= host.clock.now() && (host.clock.speed === 0 || onMachine <= machineTime());

  const issue = (principal: Principal, end?: SessionEnd): Session => {
    const session: Session = {
      accessKeyId: createUniqueId("ASIA", host.randomBytes(16)),
      secretAccessKey: host.randomBytes(30).toString("base64"),
      sessionToken: host.randomBytes(96).toString("base64"),
      ...(end === undefined ? {} : { end }),
      principal,
    };
    byKey.set(session.accessKeyId, session);
    return session;
  };

  return {
    assumeRole(service, roleArn, { sessionName, region, sourceArn, hidesSource }) {
      const { account } = scopeOfArn(roleArn);
      const principal: Principal = {
        kind: "service",
        account,
        arn: service,
        service,
        ...(withRegionalName.has(service) && { regionalName: service.replace(".", `.${region}.`) }),
        ...(sourceArn === undefined ? {} : { sourceArn }),
        ...(hidesSource && { hidesSource }),
      };
      const role = assume(host, roles, { account, region, principal }, roleArn, { "sts:RoleSessionName": sessionName });
      // One session per purpose: a delivery stream that assumes its role at every flush needs no
      // new key each time.
      const purpose = JSON.stringify([service, role.id, sessionName, region, sourceArn]);
      const session = ofServices.get(purpose) ?? issue(sessionPrincipal(role, sessionName, service));
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
      const role = assume(host, roles, caller, roleArn, {
        "sts:RoleSessionName": sessionName,
        ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
      });
      if (durationSeconds > role.maxSessionDuration) {
        throw new Fault(
          "ValidationError",
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        );
      }
      const session = issue(sessionPrincipal(role, sessionName), endAfter(durationSeconds));
      if (policy) limits.set(session.principal, policy);
      return session;
    },

    issueForOwner: (account, durationSeconds) => issue(rootOf(account), endAfter(durationSeconds)),

    sessionOf(accessKeyId, sessionToken) {
      const session = byKey.get(accessKeyId);
      if (!session && !accessKeyId.startsWith("ASIA")) return undefined;
      // IAM user guide, "Using temporary credentials": a call with a temporary key must include its
      // session token.
      if (!session || session.sessionToken !== sessionToken) {
        throw new Fault("InvalidClientTokenId", "The security token included in the request is invalid.");
      }
      if (session.end !== undefined && hasEnded(session.end)) {
        throw new Fault("ExpiredToken", "The security token included in the request is expired.");
      }
      return session;
    },

    policyOf: (principal) => limits.get(principal),
  };
}

/** The role of a session, if its trust policy allows the caller to assume it. */
function assume(host: Host, roles: Roles, caller: Caller, roleArn: string, context: Permission["context"] = {}): Role {
  const role = roles.find(roleArn);
  const who = caller.principal.kind === "service" ? caller.principal.service : caller.principal.arn;
  // The error is the same for a missing role and for one that refuses the caller, so that callers
  // do not learn which roles exist.
  if (!role) {
    const reason = "because no role has this ARN";
    host.noteDecision(caller, { action: "sts:AssumeRole", resource: roleArn, allowed: false, reason });
    throw new Fault(
      "AccessDenied",
      `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  roles.authorise(caller, { action: "sts:AssumeRole", resource: roleArn, context }, role.trust.document);
  role.lastUsed = { date: new Date(host.clock.now()), region: caller.region };
  return role;
}

function sessionPrincipal(role: Role, sessionName: string, viaService?: string): Principal {
  const { account } = scopeOfArn(role.arn);
  return {
    kind: "session",
    account,
    arn: globalArn("sts", account, `assumed-role/${role.name}/${sessionName}`),
    roleArn: role.arn,
    ...(viaService === undefined ? {} : { viaService }),
  };
}
