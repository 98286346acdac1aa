import type { CommandIO } from "@smithy/types";
import type { Content } from "../content/content";

/** The SDK clients of the account's services, by the suffix of their package name. */
export interface Clients {
  cloudwatch: typeof import("@aws-sdk/client-cloudwatch");
  "cloudwatch-logs": typeof import("@aws-sdk/client-cloudwatch-logs");
  eventbridge: typeof import("@aws-sdk/client-eventbridge");
  firehose: typeof import("@aws-sdk/client-firehose");
  iam: typeof import("@aws-sdk/client-iam");
  kinesis: typeof import("@aws-sdk/client-kinesis");
  kms: typeof import("@aws-sdk/client-kms");
  lambda: typeof import("@aws-sdk/client-lambda");
  personalize: typeof import("@aws-sdk/client-personalize");
  "personalize-events": typeof import("@aws-sdk/client-personalize-events");
  "personalize-runtime": typeof import("@aws-sdk/client-personalize-runtime");
  s3: typeof import("@aws-sdk/client-s3");
  scheduler: typeof import("@aws-sdk/client-scheduler");
  sfn: typeof import("@aws-sdk/client-sfn");
  sns: typeof import("@aws-sdk/client-sns");
  ssm: typeof import("@aws-sdk/client-ssm");
  sts: typeof import("@aws-sdk/client-sts");
}
export type ServiceName = keyof Clients;

type CommandOf<M, O extends string> = `${O}Command` extends keyof M
  ? M[`${O}Command`] extends new (
      ...args: never[]
    ) => infer C
    ? C
    : never
  : never;
export type OperationOf<M> = { [K in keyof M]: K extends `${infer Name}Command` ? Name : never }[keyof M] & string;
/** The input and output of an SDK client's command. */
export type CommandInput<M, O extends string> = CommandOf<M, O> extends CommandIO<infer I, infer _R> ? I : never;
export type CommandOutput<M, O extends string> =
  CommandOf<M, O> extends CommandIO<infer _I, infer R> ? Omit<R, "$metadata"> : never;

/** A stream in the SDK's types is a `Content` in a handler. */
type Stored<T> = T extends { Body?: unknown } ? Omit<T, "Body"> & { Body?: Content } : T;
export type InputOf<M, O extends string> = Stored<CommandInput<M, O>>;
export type OutputOf<M, O extends string> = Stored<CommandOutput<M, O>>;
