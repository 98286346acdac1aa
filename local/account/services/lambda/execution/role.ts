import { Fault } from "../../../aws/fault";
import type { Session } from "../../../host/principal";
import type { Caller, Host } from "../../../host/service";
import type { LambdaFunction } from "../state/function";

/**
 * The role's session for a function's code. Throws Lambda's error for a role that it may not
 * assume.
 */
export function assumeFunctionRole(host: Host, fn: LambdaFunction, role: string): Session {
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

export function callerOf({ account, region }: LambdaFunction, session: Session): Caller {
  return { account, region, principal: session.principal };
}

/**
 * The role of a function as a caller, for what Lambda does in its name; one session as long as the
 * role stays the same.
 */
export function createRoleCallers(host: Host): (fn: LambdaFunction) => Caller {
  const known = new WeakMap<LambdaFunction, { role: string; caller: Caller }>();
  return (fn) => {
    const { role } = fn.live.settings;
    const cached = known.get(fn);
    if (cached?.role === role) return cached.caller;
    const caller = callerOf(fn, assumeFunctionRole(host, fn, role));
    known.set(fn, { role, caller });
    return caller;
  };
}
