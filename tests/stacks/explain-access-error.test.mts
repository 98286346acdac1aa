import { expect, test } from "vitest";
import { explainAccessError } from "../../stacks/explain-access-error.ts";

const error = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ["CredentialsProviderError", "Could not load credentials from any providers", "There are no AWS credentials"],
  [
    "TokenProviderError",
    "Token is expired. To refresh this SSO session run 'aws sso login'.",
    "There are no AWS credentials",
  ],
  ["ExpiredToken", "The security token included in the request is expired", "The AWS credentials have expired"],
  ["ExpiredTokenException", "expired", "The AWS credentials have expired"],
  [
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
    "AWS does not accept the credentials",
  ],
  ["SignatureDoesNotMatch", "Signature expired", "AWS does not accept the credentials"],
  ["AccessDenied", "User: x is not authorized to perform: sts:AssumeRole", "The AWS credentials lack a permission"],
  ["Error", "Region is missing", "No Region is set"],
  ["Error", "getaddrinfo ENOTFOUND sts.eu-west-9.amazonaws.com", "The Region does not answer"],
])("%s (%s): one sentence with one remedy", (name, message, what) => {
  const explained = explainAccessError(error(name, message)) ?? "";
  expect(explained).toMatch(new RegExp(`^${what}: ${message.replace(/\.$/, "")}\\. [A-Z][^\\n]+\\.$`));
  expect(explainAccessError(error("Error", explained))).toBeUndefined();
});

test("other errors are left to their call", () => {
  expect(explainAccessError(error("ResourceNotFoundException", "no such campaign"))).toBeUndefined();
});
