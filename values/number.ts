/**
 * The service's model has 32-bit numbers only; a larger one, or a text with hundreds of digits,
 * cannot be sent to it.
 */
export const largestFloat = 3.4e38;

/**
 * A number as text: in decimal digits, without spaces, separators of thousands or a decimal comma.
 */
export const numberText = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;
