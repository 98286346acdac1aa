import { bold, paint } from "../terminal/paint";

export const heading = (number: number, title: string): string => `${paint("cyan", `${number}.`)} ${bold(title)}`;

export const stepIndent = "    ";
