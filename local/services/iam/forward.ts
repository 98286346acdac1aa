import type { Caller } from "../../endpoint/service";

/** A caller on whose behalf a service calls another one; the dispatcher hands the whole caller on to the authority. */
interface ForwardedCaller extends Caller {
  readonly via: string;
}

/**
 * The same caller, calling through a service (`s3`, `sns`): what AWS calls a forward access session. The permissions are
 * still the caller's own; policies see the service in `kms:ViaService`, `aws:ViaAWSService` and `aws:CalledVia`.
 */
export function forwarded(caller: Caller, via: string): ForwardedCaller {
  return { account: caller.account, region: caller.region, principal: caller.principal, via };
}

/** The service through which a caller calls, if any. */
export const viaOf = (caller: Caller): string | undefined => (caller as Partial<ForwardedCaller>).via;
