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

/** Formats an explanation in lines of at most 80 columns, but for ids, ARNs and addresses. */
export const formatExplanation = ({ sentence, causes, notes }: ExplainedList): string[] => [
  ...wrap(sentence, "").map(bold),
  "",
  ...causes.flatMap((finding, index) => formatFinding(finding, index + 1)),
  ...notes.flatMap((note) => wrap(note, "")),
];

function formatFinding({ text, see, remedy, run }: Finding, number: number): string[] {
  const [first = "", ...more] = wrap(text, indent);
  return [
    `${number}.`.padEnd(indent.length) + first.trimStart(),
    ...more,
    ...formatCommand(see),
    ...wrap(remedy, indent),
    ...(run === undefined ? [] : formatCommand(run)),
    "",
  ];
}

const formatCommand = (command: string): string[] => command.split("\n").map((line) => `${indent}  ${line}`);
