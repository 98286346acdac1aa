import type { Host, Service } from "../../host/service";
import { defineService } from "../../host/service";
import { aliasHandlers } from "./operations/aliases";
import { cryptographyHandlers } from "./operations/cryptography";
import { grantHandlers } from "./operations/grants";
import { keyDeletionHandlers } from "./operations/key-deletion";
import { keyPolicyHandlers } from "./operations/key-policies";
import { keyRotationHandlers } from "./operations/key-rotation";
import { keyHandlers } from "./operations/keys";
import { tagHandlers } from "./operations/tags";
import { kmsPermissions } from "./permissions";
import { createKeyring } from "./state/keyring";

/**
 * KMS: symmetric keys whose own policies decide who may use them. Asymmetric, imported and
 * multi-Region keys return 501.
 */
export function kms(host: Host): Service<"kms"> {
  const ring = createKeyring(host);
  return defineService({
    name: "kms",
    iamPrefix: "kms",
    validationError: "ValidationException",
    handlers: {
      ...keyHandlers(host, ring),
      ...keyPolicyHandlers(host, ring),
      ...keyRotationHandlers(host, ring),
      ...keyDeletionHandlers(host, ring),
      ...tagHandlers(host, ring),
      ...aliasHandlers(host, ring),
      ...cryptographyHandlers(host, ring),
      ...grantHandlers(host, ring),
    },
    permissions: kmsPermissions(host, ring),
    resourcePolicy: (arn) => ring.resourcePolicy(arn),
  });
}
