/** The limits of a page of events, in bytes and events (API reference, GetLogEvents and FilterLogEvents). */
export const maxPageBytes = 1_048_576;
export const mostEvents = 10_000;
