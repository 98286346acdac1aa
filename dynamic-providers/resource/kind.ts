import type * as pulumi from "@pulumi/pulumi";
import type { Session } from "../service/session";
import type { Answers } from "./service-wording";
import type { Tags } from "./tags";

/** Inputs that every kind has. */
export interface CommonInputs {
  /** Start of the name in the service. */
  name: string;
  timeoutSeconds: number;
  /**
   * Raised by hand when the provider's behaviour changes: stores the new code in the state, without
   * a call.
   */
  providerVersion: string;
  /** The account of the aws provider. */
  account?: string;
  /** For the line that shows the progress. */
  resourceUrn?: string;
  tags?: Tags;
  /** Tags that say which stack owns the resource. */
  ownerTags?: Tags;
  /**
   * Only for kinds with `arnOf`: the service is not to have the resource now, and it keeps its
   * place in the state.
   */
  asleep?: boolean;
}

/** The inputs of a kind as its provider gets them: its arguments without outputs. */
export type Inputs<Args> = CommonInputs & Omit<pulumi.Unwrap<Args>, keyof CommonInputs>;

/** An invalid input, as Pulumi's `check` reports it. */
export interface Failure {
  property: string;
  reason: string;
}

/** Outputs that every kind has. */
export interface CommonOutputs {
  /** The same as the id. */
  arn: string;
  /** The name in the service. */
  physicalName: string;
  /** Present until the service has reported ACTIVE. */
  unfinished?: boolean;
  /**
   * The service's wording of inputs that it does not repeat as they were given
   * (`keepProgramWording`).
   */
  answers?: Answers;
}

/** The members that every Describe call returns, as far as the resource has them. */
export interface Described {
  status?: string | undefined;
  failureReason?: string | undefined;
}

/**
 * One kind of resource: the rules of its inputs, and the service's calls. `createProvider` does the
 * rest. A kind is a function that returns this object: one function costs the provider's text one
 * wrapper, not one per member.
 */
export interface Kind<Inputs extends CommonInputs, Seen extends Described> {
  /** As in the names of the service's operations: Create<kind>. */
  readonly kind: string;
  /**
   * Checks, in a preview, what neither a type nor the configuration checks. Each input may be
   * unknown.
   */
  check?(olds: Partial<Inputs>, news: Inputs): Failure[];

  /**
   * Inputs whose change replaces the resource; normalised, so that equal values mean the same to
   * the service.
   */
  identity(inputs: Inputs): Record<string, unknown>;
  /** Inputs that are changed in place, by `syncSettings`. Tags need not be listed. */
  settings?(inputs: Inputs): Record<string, unknown>;
  /** Inputs whose change is stored in the state, without a call. */
  storedOnly?(inputs: Inputs): Record<string, unknown>;
  /** Inputs for which the state keeps the service's value, whatever the program says. */
  keptInState?: (keyof Inputs & string)[];
  /**
   * The inputs with which one is created that the state knows and the service does not: `stored`
   * has the values of `keptInState` at its last time. Of a new one, `stored` are its inputs.
   */
  toCreate?(news: Inputs, stored: Inputs): Inputs;
  /** Returns true when the old and the new resource cannot exist at the same time. */
  conflicts?(olds: Inputs, news: Inputs): boolean;

  /** Finds the ARN of the resource with this name in the service's list. */
  find(session: Session, inputs: Inputs, physicalName: string): Promise<string | undefined>;
  /** Starts the creation and returns the ARN. */
  create(session: Session, inputs: Inputs, physicalName: string): Promise<string | undefined>;
  describe(session: Session, arn: string): Promise<Seen>;
  /**
   * The ARN that the service gives to this name, of a kind that can be asleep. `settings` has the
   * input `asleep` then.
   */
  arnOf?(inputs: Inputs, physicalName: string): string;
  /** Absent where the service has no such call. */
  delete?(session: Session, arn: string): Promise<unknown>;
  /** The service generates the ARN, so a second creation gives another one. */
  readonly generatedArn?: boolean;
  /**
   * Only for kinds that cannot have tags: whether the resource found has the content of these
   * inputs.
   */
  matches?(seen: Seen, inputs: Inputs): boolean;

  /** The inputs as the service has them now. */
  readInputs(seen: Seen, inputs: Inputs): Partial<Inputs>;
  /** Outputs in addition to those of every kind. */
  readOutputs?(seen: Seen): Record<string, unknown>;
  /** Returns true when the resource exists but is useless. */
  isStale?(session: Session, seen: Seen): Promise<boolean>;
  /** Changes settings in place, waits for the change, and returns the new description. */
  syncSettings?(session: Session, properties: Inputs & CommonOutputs, seen: Seen): Promise<Seen>;
  /** Prepares the deletion. Throws to refuse it. */
  beforeDelete?(session: Session, arn: string, properties: Inputs & CommonOutputs): Promise<void>;
}
