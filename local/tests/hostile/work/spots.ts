import type { ServiceName } from "../../../account/model/clients";
import type { Shape } from "../../../account/model/schema";
import { DocumentText, Raw } from "./raw-json";
import { limitsOf } from "./requests";
import { languages } from "./texts";

/** A step into a value: a member, an index, or into the JSON document that a text is. */
type Step = string | number | typeof document;
export const document = Symbol("the document in a text");

/** A part of a request that can grow. */
export interface Spot {
  readonly path: readonly Step[];
  readonly kind: "text" | "list" | "map" | "number" | "other";
  readonly value: unknown;
  /** The model's limit of its length or its number of elements. */
  readonly most: number;
  /** The limit of the text that it is a part of. */
  readonly room: number;
  /** The names of a member whose value is such a document, pattern or expression; the value is one, or a part of it. */
  readonly language: RegExp | undefined;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Raw);

/** The names of the members with a document, a pattern or an expression of one kind: those that this one is of. */
const languageOf = (path: readonly Step[]) => {
  const at = path.indexOf(document);
  const name = path.slice(0, at < 0 ? path.length : at).findLast((step) => typeof step === "string");
  return languages.map(([named]) => named).find((named) => named.test(String(name)));
};

/** All parts of a request, also those inside of its documents. */
export function findSpots(service: ServiceName, shape: Shape, input: unknown): Spot[] {
  const limits = limitsOf(service);
  const spots: Spot[] = [];
  const visit = (
    path: readonly Step[],
    at: Shape | undefined,
    key: string,
    value: unknown,
    room = Number.POSITIVE_INFINITY,
  ): void => {
    const most = limits[key]?.max ?? Number.POSITIVE_INFINITY;
    const add = (kind: Spot["kind"]) => spots.push({ path, kind, value, most, room, language: languageOf(path) });
    if (typeof value === "string") {
      add("text");
      const inside = readDocument(value);
      if (inside !== undefined) visit([...path, document], undefined, "", inside, most);
    } else if (typeof value === "number") add("number");
    else if (value instanceof Uint8Array) add("other");
    else if (Array.isArray(value)) {
      add("list");
      const element = at?.kind === "list" ? at.element.shape : undefined;
      for (const [i, inner] of value.entries()) visit([...path, i], element, `${key}[]`, inner, room);
    } else if (isMap(value)) {
      const structure = at?.kind === "structure" || at?.kind === "union" ? at : undefined;
      const valueShape = at?.kind === "map" ? at.value.shape : undefined;
      if (!structure) add("map");
      for (const [name, inner] of Object.entries(value)) {
        const innerKey = structure ? `${structure.name}.${name}` : `${key}[]`;
        visit([...path, name], structure?.members.get(name)?.shape ?? valueShape, innerKey, inner, room);
      }
    }
  };
  visit([], shape, "", input);
  return spots.filter(({ path }) => path.length > 0);
}

function readDocument(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A copy of a value in which the part at a path is another one. */
export function replace(value: unknown, [step, ...rest]: readonly Step[], part: unknown): unknown {
  if (step === undefined) return part;
  if (step === document) {
    const root: unknown = value instanceof DocumentText ? value.root : JSON.parse(String(value));
    return new DocumentText(replace(root, rest, part));
  }
  if (Array.isArray(value)) return value.map((inner, i) => (i === step ? replace(inner, rest, part) : inner));
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: replace(fields[String(step)], rest, part) };
}

export const writePath = (path: readonly Step[]) =>
  path.map((step) => (step === document ? "(document)" : String(step))).join(".");
