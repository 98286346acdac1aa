import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A call with its answer; when it was polled, the last of its answers. */
export interface RecordedCall {
  readonly service: string;
  readonly operation: string;
  readonly request: unknown;
  readonly status: number;
  readonly error?: { readonly name: string; readonly message?: string };
  readonly headers?: unknown;
  readonly response?: unknown;
  readonly milliseconds: number;
  /**
   * The states that a polled resource showed, or the names of its errors, and when: in seconds
   * since the first look.
   */
  readonly states?: readonly { readonly state: string; readonly seconds: number }[];
}

/** A step of the suite with all its calls, in their order. */
export interface RecordedStep {
  readonly step: string;
  readonly stage: number;
  /** The open questions that the step settles. */
  readonly settles?: readonly string[];
  /** Findings that are no answer of one call, such as the names of metrics. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The reason why the step ended early. */
  readonly ended?: string;
  readonly calls: readonly RecordedCall[];
}

export type Recording = readonly RecordedStep[];

/** Writes a step into the folder of a recording. */
export function writeStep(folder: string, step: RecordedStep): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${step.step.replaceAll(/[^\w-]+/g, "-")}.json`), `${JSON.stringify(step, null, 2)}\n`);
}

/** Reads the recording in a folder; it has no steps if nothing was recorded there. */
export function readRecording(folder: string): Recording {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as RecordedStep);
}
