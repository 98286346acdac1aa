import type { ServiceName } from "../model/clients";

/**
 * Returns whether a request may have its credential in its address. The account does not verify
 * signatures, so any page could put a credential into the address of an image, a form or a
 * redirect. Such an address therefore only reads objects and settings of S3, or asks for the
 * caller's identity (EKS and Vault sign that address). A page cannot send other methods than GET,
 * HEAD and POST to another site without its consent (Fetch standard, "CORS-safelisted method"),
 * which this account does not give.
 */
export function mayBeInAddress(service: ServiceName, method: string, operation: string): boolean {
  if (service === "s3") return method !== "POST";
  return service === "sts" && operation === "GetCallerIdentity" && method !== "POST";
}
