import type { Host } from "../../../host/service";
import type { Behaviour } from "../undocumented";

/**
 * A host on which the service acts without `aws:SourceAccount` and `aws:SourceArn` where the
 * account's behaviour says so: with keys, with buckets, or when it assumes roles.
 */
export function leaveOutSources(host: Host, { sourceForKey, sourceForBucket, sourceForRole }: Behaviour): Host {
  const hiding = [...(sourceForKey === "named" ? [] : ["kms:"]), ...(sourceForBucket === "named" ? [] : ["s3:"])];
  return {
    ...host,
    get origin() {
      return host.origin;
    },
    authorise(caller, permission) {
      const { principal } = caller;
      const hides = principal.kind === "service" && hiding.some((start) => permission.action.startsWith(start));
      host.authorise(hides ? { ...caller, principal: { ...principal, hidesSource: true } } : caller, permission);
    },
    assumeRole(service, roleArn, options) {
      return host.assumeRole(service, roleArn, sourceForRole === "named" ? options : { ...options, hidesSource: true });
    },
  };
}
