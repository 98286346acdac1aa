import { Fault } from "../../aws/fault";

/**
 * Lambda's errors name who is to blame: the user (the `Type` member of the service model's errors).
 */
const members = { Type: "User" };

export const invalidParameter = (message: string) => new Fault("InvalidParameterValueException", message, { members });
export const notFound = (message: string) => new Fault("ResourceNotFoundException", message, { members });
export const conflict = (message: string) => new Fault("ResourceConflictException", message, { members });
