import { Fault } from "../../aws/fault";

/** A value that the service does not take. */
export const invalidInput = (message: string) => new Fault("InvalidInputException", message);

export const notFound = (kind: string, arn: string) =>
  new Fault("ResourceNotFoundException", `${kind} ${arn} does not exist.`);

export const isNotFound = (error: unknown) => error instanceof Fault && error.code === "ResourceNotFoundException";

export const alreadyExists = (message: string) => new Fault("ResourceAlreadyExistsException", message);

export const inUse = (message: string) => new Fault("ResourceInUseException", message);

export const limitExceeded = (message: string) => new Fault("LimitExceededException", message);

/**
 * The reason why a job, a training or a resource ended as CREATE FAILED: its text becomes the
 * `failureReason`.
 */
export class JobFailure extends Error {}
