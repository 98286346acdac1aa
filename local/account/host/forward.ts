import type { Caller } from "./service";

/**
 * The same caller through a service (`s3`, `sns`), which AWS calls a forward access session. The
 * permissions are those of the caller; policies see the service in `kms:ViaService`,
 * `aws:ViaAWSService` and `aws:CalledVia`.
 */
export function forwardCaller({ account, region, principal }: Caller, via: string): Caller {
  return { account, region, principal, via };
}
