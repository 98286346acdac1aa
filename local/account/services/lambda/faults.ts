import { Fault } from "../../aws/fault";

/** Lambda's errors name who is to blame: the user (the `Type` member of the service model's errors). */
const members = { Type: "User" };

export const invalidParameter = (message: string) => new Fault("InvalidParameterValueException", message, { members });
export const notFound = (message: string) => new Fault("ResourceNotFoundException", message, { members });
export const conflict = (message: string) => new Fault("ResourceConflictException", message, { members });

/** Recorded on AWS: localstack's snapshots test_publish_with_wrong_revisionid and test_lambda_permission_fn_versioning. */
export const staleRevision = (api: "GetFunction/GetAlias" | "GetPolicy") =>
  new Fault(
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. " +
      `Call the ${api} API to retrieve the latest Revision Id`,
    { members },
  );
