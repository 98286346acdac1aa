/** The service's model has 32-bit numbers only; a larger one, or a text with hundreds of digits, cannot be sent to it. */
export const largestFloat = 3.4e38;
