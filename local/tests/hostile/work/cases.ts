import type { ServiceName } from "../../../account/model/clients";
import type { Operation, Shape } from "../../../account/model/schema";
import { caseNumber, examplesOf } from "./examples";
import { drawDepth, drawListGrowth, drawMapGrowth, drawNumber, drawTextGrowth, type Growth } from "./growth";
import { knownCases } from "./known";
import { type Choices, createChoices } from "./random";
import { createInput } from "./requests";
import { document, findSpots, replace, type Spot, writePath } from "./spots";
import { languages } from "./texts";

export interface Target {
  readonly service: ServiceName;
  readonly operation: Operation;
}

/** A request that grows in one dimension, or in up to three at a time. */
export interface Case extends Target {
  readonly name: string;
  /** A session of a role sends it, so that policies are evaluated. */
  readonly bySession: boolean;
  /** The input with about `size` more characters. */
  input(size: number): Readonly<Record<string, unknown>>;
}

/** All operations, and those of each language: most work is done for documents, patterns and expressions. */
export interface Targets {
  readonly all: readonly Target[];
  readonly languages: readonly { readonly named: RegExp; readonly targets: readonly Target[] }[];
}

export const sortTargets = (all: readonly Target[]): Targets => ({
  all,
  languages: languages
    .map(([named]) => ({ named, targets: all.filter(({ operation }) => hasMember(named, operation.input)) }))
    .filter(({ targets }) => targets.length > 0),
});

function hasMember(named: RegExp, shape: Shape, name = "", inside: readonly Shape[] = []): boolean {
  if (inside.includes(shape)) return false;
  const around = [...inside, shape];
  if (shape.kind === "list") return hasMember(named, shape.element.shape, name, around);
  if (shape.kind === "map") return hasMember(named, shape.value.shape, name, around);
  if (shape.kind !== "structure" && shape.kind !== "union") return named.test(name);
  return [...shape.members.values()].some((member) => hasMember(named, member.shape, member.name, around));
}

/** The case of a number: below 0 a known one, the others are drawn. The operations take turns, and so do the languages. */
export function caseOf(seed: number, number: number, targets: Targets): Case | undefined {
  if (number >= 0) return drawCase(seed, number, targets);
  const known = knownCases[-1 - number];
  const target = targets.all.find(
    ({ service, operation }) => service === known?.service && operation.name === known.operation,
  );
  if (!known || !target) return undefined;
  return {
    ...target,
    name: `${known.service}:${known.operation} with ${known.name}`,
    bySession: false,
    input: known.input,
  };
}

function drawCase(seed: number, number: number, { all, languages: kinds }: Targets): Case | undefined {
  const choices = createChoices(`work ${seed} ${number}`);
  const turn = Math.floor(number / 2);
  const language = number % 2 === 0 ? undefined : kinds[turn % kinds.length];
  const round = Math.floor(turn / kinds.length);
  const target = language ? language.targets[round % language.targets.length] : all[turn % all.length];
  if (!target) return undefined;
  const { service, operation } = target;
  let base = drawBase(choices, target, number);
  let spots = findSpots(service, operation.input, base);
  const isOfLanguage = (spot: Spot) => language === undefined || spot.language === language.named;
  // Most members are optional.
  for (let tries = 0; tries < 20 && !spots.some(isOfLanguage); tries++) {
    base = drawBase(choices, target, number);
    spots = findSpots(service, operation.input, base);
  }
  const grown = drawParts(choices, spots, spots.filter(isOfLanguage), language && round);
  if (grown.length === 0) return undefined;
  const words = grown.map(({ spot, growth }) => `${writePath(spot.path)} ${growth.name}`);
  return {
    ...target,
    name: `${service}:${operation.name} whose ${words.join(" and ")}`,
    bySession: choices.chance(0.5),
    input: (size) =>
      grown.reduce<unknown>((input, { spot, growth, most }) => {
        const share = Math.min(size, spot.room) / grown.length;
        const limited = spot.kind === "text" ? Math.min(share, most) : share;
        return replace(input, spot.path, fitTo(growth.grow(spot.value, limited, most), spot, most));
      }, base) as Readonly<Record<string, unknown>>,
  };
}

function drawBase(choices: Choices, { service, operation }: Target, number: number): Record<string, unknown> {
  const example = choices.pick(examplesOf(service, operation.name));
  if (!example || choices.chance(0.2)) return createInput(choices, service, operation.input);
  const own = ([name, value]: [string, unknown]) =>
    [name, typeof value === "string" ? value.replace(caseNumber, String(number)) : value] as const;
  return Object.fromEntries(Object.entries(example).map(own));
}

interface Grown {
  readonly spot: Spot;
  readonly growth: Growth;
  readonly most: number;
}

/** A text that is repeated inside another one is a little longer than what was asked for. */
const fitTo = (value: unknown, { kind }: Spot, most: number) =>
  kind === "text" && typeof value === "string" && value.length > most ? value.slice(0, most) : value;

/** The first part is one of `wanted`; in every other round, a whole text grows in the next of the ways. */
function drawParts(choices: Choices, spots: readonly Spot[], wanted: readonly Spot[], round = 1): Grown[] {
  const texts = wanted.filter(({ kind, path }) => kind === "text" && !path.includes(document));
  const isTextsTurn = round % 2 === 0 && texts.length > 0;
  const first = choices.pick(isTextsTurn ? texts : wanted.length > 0 ? wanted : spots);
  if (!first) return [];
  const chosen = [first];
  const count = 1 + choices.below(3);
  // A product is likely among parts of the same structure.
  for (let tries = 0; tries < 10 && chosen.length < count; tries++) {
    const other = choices.pick(choices.chance(0.7) ? spots.filter((spot) => isNear(spot, first)) : spots);
    if (other && chosen.every((spot) => !overlaps(spot, other))) chosen.push(other);
  }
  // Mostly within the limits of the model, because a value beyond them is refused before anything is done with it.
  return chosen.map((spot) => ({
    spot,
    growth:
      isTextsTurn && spot === first
        ? drawTextGrowth(choices, String(spot.value), round / 2)
        : drawGrowth(choices, spot),
    most: choices.chance(0.85) ? spot.most : Number.POSITIVE_INFINITY,
  }));
}

const overlaps = (one: Spot, other: Spot) => {
  const [short, long] = one.path.length < other.path.length ? [one.path, other.path] : [other.path, one.path];
  return short.every((step, i) => step === long[i]);
};
const isNear = (one: Spot, other: Spot) => one.path.slice(0, -2).every((step, i) => step === other.path[i]);

function drawGrowth(choices: Choices, { kind, value }: Spot): Growth {
  if (kind === "number") return drawNumber(choices);
  if (choices.chance(0.1)) return drawDepth(choices);
  if (kind === "text") return drawTextGrowth(choices, String(value));
  if (kind === "list") return drawListGrowth(choices, value as readonly unknown[]);
  if (kind === "map") return drawMapGrowth(choices, value as Readonly<Record<string, unknown>>);
  const unit = choices.pick(['{"a":1}', '{"a":[', "\u0000", "a,b\n", '"']) ?? "a";
  return {
    name: `repeats ${JSON.stringify(unit)}`,
    grow: (_part, size) => Buffer.from(unit.repeat(Math.ceil(size / unit.length))),
  };
}
