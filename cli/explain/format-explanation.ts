import { toPrintable } from "../../names/printable";
import { bold } from "../terminal/paint";
import { wrap } from "../terminal/wrap";
import type { Finding } from "./checks";

const indent = "   ";

/** The parts of an explanation that are printed. */
export interface ExplainedList {
  readonly sentence: string;
  readonly causes: readonly Finding[];
  readonly notes: readonly string[];
}

/**
 * Formats an explanation in lines of at most 80 columns, but for ids, ARNs and addresses. Ids, keys
 * and reasons have texts from outside: no line break of theirs may look like a line of ours.
 */
export const formatExplanation = ({ sentence, causes, notes }: ExplainedList): string[] => [
  ...wrapText(sentence, "").map(bold),
  "",
  ...causes.flatMap((finding, index) => formatFinding(finding, index + 1)),
  ...notes.flatMap((note) => wrapText(note, "")),
];

const wrapText = (text: string, margin: string): string[] => wrap(toPrintable(text), margin);

function formatFinding({ text, see, remedy, run }: Finding, number: number): string[] {
  const [first = "", ...more] = wrapText(text, indent);
  return [
    `${number}.`.padEnd(indent.length) + first.trimStart(),
    ...more,
    ...formatCommand(see),
    ...wrapText(remedy, indent),
    ...(run === undefined ? [] : formatCommand(run)),
    "",
  ];
}

/** `quoteInLine` has left no line breaks but those of the command. */
const formatCommand = (command: string): string[] => command.split("\n").map((line) => `${indent}  ${line}`);
