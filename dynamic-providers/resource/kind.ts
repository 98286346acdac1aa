import type { Session } from "../service/session";
import type { Answers } from "./service-wording";
import type { Tags } from "./tags";

/** Inputs that every kind has. */
export interface CommonInputs {
  /** The stem of the physical name. */
  name: string;
  /** How long one create, update or delete may take. */
  timeoutSeconds: number;
  /** Raised by hand when the provider's behaviour changes: brings the new code into state, without a call. */
  providerVersion: string;
  /** The account in which the aws provider works; absent in the state of earlier versions. */
  account?: string;
  /** ARN of an existing resource to take over, in place of making one. */
  importArn?: string;
  tags?: Tags;
  /** Tags that say which stack owns it (`ownerTags`). */
  ownerTags?: Tags;
}

/** Outputs that every kind has. */
export interface CommonOutputs {
  /** The same as the id. */
  arn: string;
  physicalName: string;
  /** Present until the service has reported ACTIVE. */
  unfinished?: boolean;
  /** How the service words inputs that it does not repeat as they were given (`inOwnWords`). */
  answers?: Answers;
}

/** What every Describe answers, as far as it is there. */
export interface Described {
  status?: string | undefined;
  failureReason?: string | undefined;
}

/**
 * One kind of resource: which of its inputs mean what, and the service's calls. The rest is `lifecycle`.
 * Kinds come from makers (`() => Kind`): one function costs the provider text one wrapper, not one per member.
 */
export interface Kind<Inputs extends CommonInputs, Seen extends Described> {
  readonly kind: string;
  /** Replaced when any of these differs, by property; normalised, so that equal means the same to the service. */
  identity(inputs: Inputs): Record<string, unknown>;
  /** Changed in place when any of these differs. Tags need not be listed. */
  settings?(inputs: Inputs): Record<string, unknown>;
  /** Written down when any of these differs, without a call. */
  recorded?(inputs: Inputs): Record<string, unknown>;
  /** Inputs of which the state keeps what the service has, whatever the program says by now. */
  kept?: (keyof Inputs & string)[];
  /** Whether old and new cannot exist side by side. */
  exclusive?(olds: Inputs, news: Inputs): boolean;

  /** The ARN of what carries the physical name, in the service's list. */
  find(session: Session, inputs: Inputs, physicalName: string): Promise<string | undefined>;
  /** Starts the creation and answers the ARN. */
  make(session: Session, inputs: Inputs, physicalName: string): Promise<string | undefined>;
  describe(session: Session, arn: string): Promise<Seen>;
  /** Whether the service makes up the ARN, so that what is made anew has another one. */
  readonly generated?: boolean;
  /** Absent where the service has no such call. */
  destroy?(session: Session, arn: string): Promise<unknown>;
  /** Only for what cannot carry tags: whether the thing found is what these inputs describe. */
  recognise?(seen: Seen, inputs: Inputs): boolean;

  /** Inputs as the service has them now. */
  observed(seen: Seen, inputs: Inputs): Partial<Inputs>;
  /** Its name in the service, for what was taken over. */
  nameOf?(seen: Seen): string | undefined;
  /** Outputs besides those of every kind. */
  outputs?(seen: Seen): Record<string, unknown>;
  /** Whether it no longer does what it was made for, though it is there. */
  stale?(session: Session, seen: Seen): Promise<boolean>;
  /** Changes in place what differs, waits until that is done, and answers what is there then. */
  sync?(session: Session, properties: Inputs & CommonOutputs, seen: Seen): Promise<Seen>;
  /** What must happen, or be refused, before deletion. */
  beforeDelete?(session: Session, arn: string, properties: Inputs & CommonOutputs): Promise<void>;
}
