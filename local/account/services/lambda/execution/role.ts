import { Fault } from "../../../aws/fault";
import type { Session } from "../../../host/principal";
import type { Caller, Host } from "../../../host/service";
import type { FunctionVersion } from "../state/function";

/** The role's session for a function's code. Throws Lambda's error for a role that it may not assume. */
export function assumeFunctionRole(host: Host, { fn }: FunctionVersion, role: string): Session {
  try {
    return host.assumeRole("lambda.amazonaws.com", role, {
      sessionName: fn.name,
      region: fn.region,
      sourceArn: fn.arn,
    });
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const message = "The role defined for the function cannot be assumed by Lambda.";
    throw new Fault("AccessDeniedException", message, { status: 403 });
  }
}

export function callerOf({ fn }: FunctionVersion, session: Session): Caller {
  return { account: fn.account, region: fn.region, principal: session.principal };
}

/** The role of a version as a caller, for what Lambda does in its name; one session as long as the role stays the same. */
export function createRoleCallers(host: Host): (version: FunctionVersion) => Caller {
  const known = new WeakMap<FunctionVersion, { role: string; caller: Caller }>();
  return (version) => {
    const { role } = version.live.settings;
    const cached = known.get(version);
    if (cached?.role === role) return cached.caller;
    const caller = callerOf(version, assumeFunctionRole(host, version, role));
    known.set(version, { role, caller });
    return caller;
  };
}
