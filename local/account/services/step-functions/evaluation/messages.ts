import type { Json } from "../definition/definition";

/** A question to the process that evaluates expressions. */
export type Question = EvaluateQuestion | ParseQuestion;

export interface EvaluateQuestion {
  readonly type: "evaluate";
  /** Evaluated one after the other, up to the first that fails. */
  readonly sources: readonly string[];
  /** Variables by their name without `$`. */
  readonly bindings: Readonly<Record<string, Json>>;
  /** The account's time, epoch milliseconds. */
  readonly now: number;
  /** Random bytes in base64, of which `$random` and `$uuid` take theirs. */
  readonly randomness: string;
}

interface ParseQuestion {
  readonly type: "parse";
  readonly sources: readonly string[];
}

/** An expression that was parsed: the members of `$states` that it names, or what is wrong with it. */
export type Parsed = { readonly members: readonly string[] } | { readonly problem: string };

export type Answer =
  /** One JSON text for each expression. */
  | { readonly type: "values"; readonly values: readonly string[] }
  | { readonly type: "parsed"; readonly parsed: readonly Parsed[] }
  | { readonly type: "failed"; readonly index: number; readonly problem: string }
  | { readonly type: "nothing"; readonly index: number }
  /** The value is a function. */
  | { readonly type: "unsupported"; readonly index: number }
  | { readonly type: "tooLarge"; readonly index: number };

/** A message of the process that is no answer. */
export type Notice =
  /** It has started, with this much resident memory. */
  | { readonly type: "booted"; readonly residentBytes: number }
  /** It begins to evaluate the expression with this index. */
  | { readonly type: "at"; readonly index: number };

/**
 * AWS documents no limit of the time and the memory of an expression; these keep one from blocking the others. Times are
 * processor time, where it can be measured: a busy machine makes no expression fail.
 */
export const limits = {
  /** For one expression; then the process is ended. */
  expressionMs: 1_000,
  /** For all expressions of a question, after which no other expression is started. */
  questionMs: 5_000,
  /** Real time, for an expression in a process that does not run. */
  stuckMs: 60_000,
  heapMb: 128,
  /** Resident memory beyond what the process had when it started. */
  residentMb: 224,
  /** Depth of calls. */
  stack: 1_000,
  /** Characters of the values of one question. */
  answerCharacters: 4 * 1024 * 1024,
} as const;
