// Unavailable items are not recommended. Personalize filters by columns, so the availability is a
// column of the Items dataset.

/** The text column. Catalogues without it have items that are always available. */
export const availabilityColumn = "STATUS";

/**
 * The value of an item that must not be recommended. An item with any other value, or without one,
 * may be.
 */
export const unavailableStatus = "unavailable";

export const availableStatus = "available";
