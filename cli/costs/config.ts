import type { ConfigPlace } from "../../names/config-command";
import { programName } from "../../names/layout";
import { readValues } from "../../stacks/config/config";
import { contradictions } from "../../stacks/config/contradictions";
import { parseStructure } from "../../stacks/config/fields";
import type { Values } from "../../stacks/config/keys";
import type { Problem } from "../../stacks/config/problems";
import { applyRules } from "../../stacks/config/rules";
import { readStackFile } from "../stack/stack-file";

/** A change of the configuration; without a value the place is removed. */
export interface Change {
  readonly place: ConfigPlace;
  readonly value?: string | number;
}

type Raw = Readonly<Record<string, unknown>>;

/** The program's configuration in a stack's file. */
export interface GivenConfig {
  readonly values: Partial<Values>;
  /** Says what is wrong after changes that is right now. */
  readonly findProblems: (changes: readonly Change[]) => string[];
}

/** Reads the file of a stack. Throws when its prices are wrong or cannot be read. */
export function readGivenConfig(stack: string): GivenConfig {
  const { values: stored, encrypted } = readStackFile(stack);
  const pricesKey = `${programName}:prices`;
  if (encrypted.includes(pricesKey)) {
    throw new Error(
      `${pricesKey} in Pulumi.${stack}.yaml is encrypted, and this command cannot read it: write it without --secret.`,
    );
  }
  const raw = Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]) =>
      key.startsWith(`${programName}:`) ? [[key.slice(programName.length + 1), value]] : [],
    ),
  );
  const { values, problems } = judge(raw);
  const wrong = problems.filter(({ key }) => key === "prices");
  // A price that is only missing is said in its row.
  if (wrong.length > 0 && values.prices === undefined) {
    throw new Error(`${pricesKey}: ${describe(wrong)}. Correct it in Pulumi.${stack}.yaml.`);
  }
  const before = new Set(problems.map(describeProblem));
  return {
    values,
    findProblems: (changes) =>
      judge(changes.reduce(change, raw))
        .problems.map(describeProblem)
        .filter((problem) => !before.has(problem)),
  };
}

function judge(raw: Raw) {
  const { values, readable, problems } = readValues(raw);
  return { values, problems: [...problems, ...applyRules(contradictions, readable).problems] };
}

const describeProblem = ({ key, inside = [], message }: Problem) => `${[key, ...inside].join(".")} ${message}`;
const describe = (problems: readonly Problem[]) => problems.map(describeProblem).join("; ");

/** Returns the configuration as it is after a printed line was run. */
function change(raw: Raw, { place: { key, steps = [] }, value }: Change): Raw {
  const name = key.slice(programName.length + 1);
  return set(raw, [name, ...steps.map(String)], value);
}

function set(given: Raw, [step = "", ...rest]: readonly string[], value: unknown): Raw {
  const others = Object.entries(given).filter(([name]) => name !== step);
  const inner = parseStructure(new Map(Object.entries(given)).get(step)) ?? {};
  const changed = rest.length === 0 ? value : set(inner as Raw, rest, value);
  return Object.fromEntries(changed === undefined ? others : [...others, [step, changed]]);
}
