import { Fault } from "../../aws/fault";

/** IAM's errors by the names of its model; on the wire the codes lack `Exception`. */
export const noSuchEntity = (message: string) => new Fault("NoSuchEntityException", message);
export const alreadyExists = (message: string) => new Fault("EntityAlreadyExistsException", message);
export const deleteConflict = (message: string) => new Fault("DeleteConflictException", message);
export const limitExceeded = (message: string) => new Fault("LimitExceededException", message);
export const malformedPolicy = (message: string) => new Fault("MalformedPolicyDocumentException", message);
export const invalidInput = (message: string) => new Fault("InvalidInputException", message);
