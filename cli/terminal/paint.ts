import { styleText } from "node:util";

/**
 * Colours only where the output is a terminal that wants them: styleText checks the stream and
 * NO_COLOR.
 */
export const paint = (style: "bold" | "dim" | "green" | "red" | "cyan", text: string): string => styleText(style, text);

export const bold = (text: string): string => paint("bold", text);
export const muted = (text: string): string => paint("dim", text);
export const good = (text: string): string => paint("green", text);
export const bad = (text: string): string => paint("red", text);
