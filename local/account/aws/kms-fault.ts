import { Fault } from "./fault";

/**
 * The names that Kinesis, Lambda and SNS have for errors of KMS (the error shapes of their models).
 */
const names: Readonly<Record<string, string>> = {
  AccessDenied: "KMSAccessDeniedException",
  KMSInvalidStateException: "KMSInvalidStateException",
  NotFoundException: "KMSNotFoundException",
};

/**
 * Throws an error of a call of KMS under the name that the calling service has for it; all other
 * errors as they are.
 */
export function throwKmsFault(
  error: unknown,
  create = (code: string, message: string) => new Fault(code, message),
): never {
  const code = error instanceof Fault ? names[error.code] : undefined;
  throw code === undefined ? error : create(code, (error as Fault).message);
}
