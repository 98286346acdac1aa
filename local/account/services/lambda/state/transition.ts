/**
 * The time that a function is Pending and an update InProgress, in milliseconds; AWS takes some
 * seconds.
 */
export const transition = 500;
