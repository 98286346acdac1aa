import type { CommandIO, DeserializeMiddleware } from "@smithy/types";
import { noteServiceTime } from "./service-time";

/** The SDK clients that commands use, by the suffix of their package name. */
export interface Clients {
  cloudwatch: typeof import("@aws-sdk/client-cloudwatch");
  firehose: typeof import("@aws-sdk/client-firehose");
  iam: typeof import("@aws-sdk/client-iam");
  kinesis: typeof import("@aws-sdk/client-kinesis");
  lambda: typeof import("@aws-sdk/client-lambda");
  personalize: typeof import("@aws-sdk/client-personalize");
  "personalize-runtime": typeof import("@aws-sdk/client-personalize-runtime");
  s3: typeof import("@aws-sdk/client-s3");
  scheduler: typeof import("@aws-sdk/client-scheduler");
  "service-quotas": typeof import("@aws-sdk/client-service-quotas");
  sfn: typeof import("@aws-sdk/client-sfn");
  ssm: typeof import("@aws-sdk/client-ssm");
  sts: typeof import("@aws-sdk/client-sts");
}
type ServiceName = keyof Clients;

type OperationOf<M> = { [K in keyof M]: K extends `${infer Name}Command` ? Name : never }[keyof M] & string;
type CommandOf<M, O extends string> = M extends Record<`${O}Command`, new (...args: never[]) => infer C> ? C : never;
type InputOf<M, O extends string> = CommandOf<M, O> extends CommandIO<infer I, infer _R> ? I : never;
type OutputOf<M, O extends string> =
  CommandOf<M, O> extends CommandIO<infer _I, infer R> ? Omit<R, "$metadata"> : never;

/**
 * Calls an operation of a service: by SDK clients (`createAws`), or within a local account
 * (`demo/console`).
 */
export type Calls = <S extends ServiceName, O extends OperationOf<Clients[S]>>(
  service: S,
  operation: O,
  input: InputOf<Clients[S], O>,
) => Promise<OutputOf<Clients[S], O>>;

/** Calls an AWS account, or the one at `AWS_ENDPOINT_URL`. */
export interface Aws {
  readonly region: string;
  readonly call: Calls;
}

type Constructor<T> = new (argument: object) => T;
interface AnyClient {
  readonly middlewareStack: { add(middleware: DeserializeMiddleware<object, object>, options: object): void };
  send(command: object): Promise<never>;
}

/**
 * Notes the services' time from each answer. It runs inside of the SDK's reader of answers, which
 * throws their errors.
 */
const noteTime: DeserializeMiddleware<object, object> = (next) => async (args) => {
  const result = await next(args);
  noteServiceTime((result.response as { headers?: Record<string, string> } | undefined)?.headers?.date);
  return result;
};

/**
 * SDK clients, created on first use, one for each service. Settings that are not given have the
 * SDK's defaults.
 */
export function createAws(region: string, settings: object = {}): Aws {
  const clients = new Map<ServiceName, Promise<{ sdk: Record<string, unknown>; client: AnyClient }>>();
  const load = async (service: ServiceName) => {
    const sdk: Record<string, unknown> = await import(`@aws-sdk/client-${service}`);
    const name = Object.keys(sdk).find((key) => /^[A-Z][A-Za-z0-9]*Client$/.test(key)) ?? "";
    const client = new (sdk[name] as Constructor<AnyClient>)({ ...settings, region });
    client.middlewareStack.add(noteTime, { step: "deserialize", priority: "low" });
    return { sdk, client };
  };
  return {
    region,
    async call(service, operation, input) {
      const loaded = clients.get(service) ?? load(service);
      clients.set(service, loaded);
      const { sdk, client } = await loaded;
      return client.send(new (sdk[`${operation}Command`] as Constructor<object>)(input));
    },
  };
}

/** Reads all pages of a listing, and returns what they have in one of their members. */
export async function listAll<
  S extends ServiceName,
  O extends OperationOf<Clients[S]>,
  K extends keyof OutputOf<Clients[S], O>,
>({ call }: Pick<Aws, "call">, service: S, operation: O, input: InputOf<Clients[S], O>, member: K) {
  type List = Extract<OutputOf<Clients[S], O>[K], readonly unknown[]>;
  const found: List[number][] = [];
  let next: object | undefined = {};
  while (next) {
    const request = { ...(input as object), ...next } as typeof input;
    const page: { nextToken?: string; NextToken?: string } = await call(service, operation, request);
    found.push(...(((page as Readonly<Record<PropertyKey, unknown>>)[member] ?? []) as List));
    const { nextToken, NextToken } = page;
    next = undefined;
    if (nextToken) next = { nextToken };
    if (NextToken) next = { NextToken };
  }
  return found;
}

/**
 * Returns `undefined` when AWS returns one of `codes`, the errors for a missing resource; rethrows
 * other errors.
 */
export async function ignoreNotFound<T>(work: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes((error as Error).name)) return undefined;
    throw error;
  }
}
