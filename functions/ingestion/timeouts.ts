/** Timeouts of the SDK's clients, so that a slow service cannot use up the whole invocation. In milliseconds. */
export const timeouts = { connectionTimeout: 2_000, requestTimeout: 5_000 };
