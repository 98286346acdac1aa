import type { Caller } from "./service";

/**
 * The same caller, calling through a service (`s3`, `sns`): what AWS calls a forward access session. The permissions are
 * still the caller's own; policies see the service in `kms:ViaService`, `aws:ViaAWSService` and `aws:CalledVia`.
 */
export function forwarded({ account, region, principal }: Caller, via: string): Caller {
  return { account, region, principal, via };
}
