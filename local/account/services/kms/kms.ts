import type { Host, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { aliasHandlers } from "./aliases";
import { cryptographyHandlers } from "./cryptography";
import { grantHandlers } from "./grants";
import { createKeyring } from "./keyring";
import { keyHandlers } from "./keys";
import { kmsPermissions } from "./permissions";

/** KMS: symmetric keys whose own policies decide who may use them. Asymmetric, imported and multi-Region keys answer 501. */
export function kms(host: Host): Service<"kms"> {
  const ring = createKeyring(host);
  return defineService({
    name: "kms",
    iamPrefix: "kms",
    validationError: "ValidationException",
    handlers: {
      ...keyHandlers(host, ring),
      ...aliasHandlers(host, ring),
      ...cryptographyHandlers(host, ring),
      ...grantHandlers(host, ring),
    },
    permissions: kmsPermissions(ring),
    resourcePolicy: (arn) => ring.resourcePolicy(arn),
  });
}
