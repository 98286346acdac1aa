import { describeError } from "./telemetry";

/**
 * Errors of a request that fails again however often it is repeated, because of what is in it: one
 * that breaks a rule of the service, and one that it cannot read (API reference, "Common errors").
 */
const refusals: readonly string[] = ["InvalidInputException", "SerializationException", "ValidationException"];

/** Recognises a request that Personalize refuses for its content. */
export const isRefusal = (error: unknown): boolean => refusals.includes(describeError(error).error);
