import { Fault, notImplemented } from "../aws/fault";
import type { ServiceName } from "./clients";

/**
 * The SDK clients contain their service's model as static tuples (`PutRecordInput$`, …). This file
 * converts them to plain shapes, so that the server validates, decodes and encodes with the same
 * schema as the client. The tuple format is public in @smithy/types (StaticOperationSchema and
 * similar types).
 */
export type Shape = StructureShape | ListShape | MapShape | SimpleShape;

export interface StructureShape {
  readonly kind: "structure" | "union";
  readonly name: string;
  readonly traits: Traits;
  readonly members: ReadonlyMap<string, Member>;
}
export interface ListShape {
  readonly kind: "list";
  readonly element: Member;
}
export interface MapShape {
  readonly kind: "map";
  readonly key: Member;
  readonly value: Member;
}
interface SimpleShape {
  readonly kind: "string" | "number" | "boolean" | "timestamp" | "blob" | "document" | "unit";
  /** Timestamps only; absent: the protocol's default. */
  readonly format?: "date-time" | "http-date" | "epoch-seconds";
  /** Blobs only: it may be too large for memory, and is a `Content`. */
  readonly streaming?: boolean;
  /** Must not appear in a log or an error. */
  readonly sensitive?: boolean;
}

export interface Member {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly traits: Traits;
}

/** The traits that bind a member to a place in the request or response. */
interface Traits {
  readonly http?: readonly [method: string, uri: string, status: number];
  readonly httpLabel?: boolean;
  readonly httpPayload?: boolean;
  readonly httpResponseCode?: boolean;
  readonly httpQueryParams?: boolean;
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQuery?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly error?: "client" | "server";
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly idempotencyToken?: boolean;
  readonly sensitive?: boolean;
}

export interface Operation {
  readonly name: string;
  readonly traits: Traits;
  readonly input: Shape;
  readonly output: Shape;
}

interface ErrorModel {
  readonly name: string;
  readonly traits: Traits;
  /** The member with the message: `message`, in some errors `Message`. */
  readonly messageMember: string;
}

export interface ServiceModel {
  readonly operations: ReadonlyMap<string, Operation>;
  /** The errors by name, which may differ from the code on the wire (`awsQueryError`). */
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

type Raw = number | string | readonly unknown[] | (() => Raw);

const kinds = { operation: 9, structure: 3, union: 4, error: -3, list: 1, map: 2, simple: 0 } as const;
const traitBits = [
  [1, "httpLabel"],
  [4, "idempotencyToken"],
  [8, "sensitive"],
  [16, "httpPayload"],
  [32, "httpResponseCode"],
  [64, "httpQueryParams"],
] as const;

function readTraits(raw: unknown): Traits {
  if (typeof raw === "object" && raw !== null) return raw as Traits;
  const bits = typeof raw === "number" ? raw : 0;
  return Object.fromEntries(traitBits.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => [name, true]));
}

const shapes = new WeakMap<object, Shape>();

function readShape(raw: Raw): Shape {
  const resolved = typeof raw === "function" ? raw() : raw;
  if (typeof resolved === "number") return readCode(resolved);
  if (typeof resolved === "string" || typeof resolved === "function") return { kind: "unit" };
  const known = shapes.get(resolved);
  if (known) return known;
  const shape = readTuple(resolved);
  shapes.set(resolved, shape);
  return shape;
}

function readTuple(tuple: readonly unknown[]): Shape {
  switch (tuple[0]) {
    case kinds.structure:
    case kinds.error:
      return readStructure("structure", tuple);
    case kinds.union:
      return readStructure("union", tuple);
    case kinds.list:
      return { kind: "list", element: lazyMember("member", tuple[4] as Raw) };
    case kinds.map:
      return { kind: "map", key: lazyMember("key", tuple[4] as Raw), value: lazyMember("value", tuple[5] as Raw) };
    case kinds.simple:
      return readSimple(tuple);
    default:
      throw new Error(`The SDK's schema has the unknown kind ${String(tuple[0])}. Add it to model/schema.ts.`);
  }
}

/** A named simple type, whose traits may mark it as sensitive. */
function readSimple(tuple: readonly unknown[]): Shape {
  const shape = readShape(tuple[4] as Raw);
  const { sensitive } = readTraits(tuple[3]);
  return sensitive && isSimple(shape) ? { ...shape, sensitive } : shape;
}

const isSimple = (shape: Shape): shape is SimpleShape => !["structure", "union", "list", "map"].includes(shape.kind);

function readStructure(kind: "structure" | "union", tuple: readonly unknown[]): StructureShape {
  const names = (tuple[4] ?? []) as readonly string[];
  const members = (tuple[5] ?? []) as readonly Raw[];
  const required = typeof tuple[6] === "number" ? tuple[6] : 0;
  return {
    kind,
    name: String(tuple[2]),
    traits: readTraits(tuple[3]),
    members: new Map(names.map((name, i) => [name, lazyMember(name, members[i] ?? 0, i < required)])),
  };
}

/**
 * A member schema is a schema, or `[schema, traits]`. The shape is read at its first use: models
 * are recursive.
 */
function lazyMember(name: string, raw: Raw, required = false): Member {
  const pair = Array.isArray(raw) && raw.length === 2 ? raw : undefined;
  const schema = (pair ? pair[0] : raw) as Raw;
  let shape: Shape | undefined;
  return {
    name,
    required,
    traits: pair ? readTraits(pair[1]) : {},
    get shape() {
      shape ??= readShape(schema);
      return shape;
    },
  };
}

function readCode(code: number): Shape {
  if (code >= 128) return { kind: "map", key: lazyMember("key", 0), value: lazyMember("value", code - 128) };
  if (code >= 64) return { kind: "list", element: lazyMember("member", code - 64) };
  switch (code) {
    case 0:
      return { kind: "string" };
    case 1:
    case 17:
    case 19:
      return { kind: "number" };
    case 2:
      return { kind: "boolean" };
    case 4:
      return { kind: "timestamp" };
    case 5:
      return { kind: "timestamp", format: "date-time" };
    case 6:
      return { kind: "timestamp", format: "http-date" };
    case 7:
      return { kind: "timestamp", format: "epoch-seconds" };
    case 15:
      return { kind: "document" };
    case 21:
      return { kind: "blob" };
    case 42:
      return { kind: "blob", streaming: true };
    default:
      throw new Error(`The SDK's schema has the unknown simple type ${code}. Add it to model/schema.ts.`);
  }
}

const models = new Map<ServiceName, Promise<ServiceModel>>();

/**
 * The model of a service, read once from its SDK client. Clients are loaded at first use: loading
 * all takes a second.
 */
export function modelOf(service: ServiceName): Promise<ServiceModel> {
  let model = models.get(service);
  if (!model) {
    model = import(`@aws-sdk/client-${service}`).then(readModel);
    models.set(service, model);
  }
  return model;
}

/** The operations of a service by name. */
export async function operationsOf(service: ServiceName): Promise<ReadonlyMap<string, Operation>> {
  return (await modelOf(service)).operations;
}

/**
 * The operation of a name. One that the model lacks may be newer than the model: AWS may have it,
 * the account has not.
 */
export async function operationOf(service: ServiceName, name: string | undefined): Promise<Operation> {
  if (name === undefined) throw new Fault("UnknownOperationException", "The request names no operation.");
  const operation = (await operationsOf(service)).get(name);
  if (!operation) throw notImplemented(`${service}:${name}`);
  return operation;
}

function readModel(client: Record<string, unknown>): ServiceModel {
  const operations = new Map<string, Operation>();
  const errors = new Map<string, ErrorModel>();
  for (const exported of Object.values(client)) {
    if (!Array.isArray(exported)) continue;
    const name = String(exported[2]);
    if (exported[0] === kinds.operation) {
      const [, , , traits, input, output] = exported as [unknown, unknown, unknown, unknown, Raw, Raw];
      operations.set(name, {
        name,
        traits: readTraits(traits),
        get input() {
          return readShape(input);
        },
        get output() {
          return readShape(output);
        },
      });
    } else if (exported[0] === kinds.error) {
      const members = (exported[4] ?? []) as readonly string[];
      const messageMember = members.find((member) => member.toLowerCase() === "message") ?? "message";
      errors.set(name, { name, traits: readTraits(exported[3]), messageMember });
    }
  }
  return { operations, errors };
}

/** A member's value in a structure: an input that was read, or the output of a handler. */
export function memberValue(structure: unknown, { name }: Member): unknown {
  return (structure as Readonly<Record<string, unknown>> | undefined)?.[name];
}

/** The members of a structure; none for an operation without input or output. */
export function membersOf(shape: Shape): ReadonlyMap<string, Member> {
  return shape.kind === "structure" || shape.kind === "union" ? shape.members : new Map();
}
