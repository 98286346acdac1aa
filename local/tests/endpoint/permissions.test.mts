import { expect, test } from "vitest";
import { onAny } from "../../account/host/permission.ts";
import { defineService } from "../../account/host/service.ts";

test("a service that forgets the permissions of an operation does not compile", () => {
  const service = defineService({
    name: "sts",
    iamPrefix: "sts",
    validationError: "ValidationError",
    handlers: { GetCallerIdentity: () => ({}), GetSessionToken: () => ({}) },
    // @ts-expect-error GetSessionToken has no entry.
    permissions: { GetCallerIdentity: onAny("sts:GetCallerIdentity") },
  });
  expect(service.name).toBe("sts");
});
