import { styleText } from "node:util";
import { escapeForTerminal, trust } from "./terminal-guard";

// Colours only where the output is a terminal that wants them: styleText checks the stream and NO_COLOR.
export const paint = (style: "bold" | "dim" | "green" | "red" | "cyan", text: string): string => {
  const [begin = "", end = ""] = styleText(style, " ").split(" ");
  return begin === "" ? text : `${trust(begin)}${escapeForTerminal(text)}${trust(end)}`;
};

export const bold = (text: string): string => paint("bold", text);
export const muted = (text: string): string => paint("dim", text);
export const good = (text: string): string => paint("green", text);
export const bad = (text: string): string => paint("red", text);
