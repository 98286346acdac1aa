import type { z } from "zod";
import type { Aws } from "./aws";

/**
 * Resource properties in Pulumi's form: camelCase names, plain JSON, assets and archives as wire
 * objects.
 */
export type Properties = Record<string, unknown>;

/**
 * One resource type of `@pulumi/aws`, implemented with SDK calls to the endpoint. `I` is the type
 * of the inputs. The schema is strict, so that an unsupported property is refused and never
 * ignored.
 */
export interface Resource<I extends object = Properties> {
  /** The supported inputs, with their defaults. */
  readonly schema: z.ZodType<I>;
  /**
   * What to do about an input that is missing or not supported, where its name does not say it:
   * the end of the error.
   */
  readonly hints?: Readonly<Record<string, string>>;
  /** The input that gets the logical name and random digits if the program does not set it. */
  readonly autoName?: {
    readonly property: string;
    readonly maxLength: number;
    readonly lowerCase?: boolean;
    readonly prefix?: string;
  };
  /** A change of one of these inputs replaces the resource. */
  readonly replaceOn: readonly string[];
  /**
   * With `replaceOn`: the old resource must be deleted first, because two cannot exist at the same
   * time.
   */
  readonly deleteBeforeReplace?: boolean;
  /**
   * Inputs, or members of inputs, that AWS fills in when the program leaves them out
   * (`Optional` and `Computed` in the real provider's schema). Leaving one out is not a change.
   */
  readonly computed?: readonly string[];
  /**
   * Comparisons for inputs whose different values may have the same meaning, such as a policy's
   * text.
   */
  readonly same?: Readonly<Record<string, (before: unknown, after: unknown) => boolean>>;
  /**
   * Inputs that AWS does not return, such as `forceDestroy` or code: the state keeps the program's
   * values.
   */
  readonly unread?: readonly string[];
  /**
   * Outputs that an update may change, with the inputs whose change does. All others, such as the
   * ARN, stay as they are, and a preview shows them. As the real provider plans: a computed
   * attribute keeps its value, unless the resource's CustomizeDiff says otherwise.
   */
  readonly follows?: Readonly<Record<string, readonly string[]>>;
  /**
   * For files and archives in `unread`: the output with the content's digest, and how to compute
   * it.
   */
  readonly contents?: Readonly<Record<string, Content>>;
  /** Returns the id; `read` then returns the outputs. */
  create(inputs: I, aws: Aws): Promise<string>;
  /** The outputs that come from the inputs, and not from AWS. */
  derive?(inputs: I): Promise<Properties>;
  /**
   * All inputs except those in `unread`, and all outputs, as they are in the account; `undefined`
   * when the resource does not exist. `state` is empty for an import, so the id must be sufficient.
   * It makes all calls of the real provider's read, including those whose answers are not used
   * here: a role that may not make one of them cannot deploy.
   */
  read(id: string, state: Properties, aws: Aws): Promise<Properties | undefined>;
  /** The validation that the real provider requests from AWS when it plans a change of an input. */
  readonly plan?: { readonly on: string; check(inputs: I, aws: Aws): Promise<readonly Failure[]> };
  /** Updates the inputs that have changed; absent if no input can be updated in place. */
  update?(id: string, inputs: I, change: Change, aws: Aws): Promise<void>;
  /**
   * For a type with operations for tags: changes them, before an update of other inputs, as the
   * real provider does.
   */
  readonly tagging?: Tagging;
  delete(id: string, state: Properties, aws: Aws): Promise<void>;
  /** The id of a resource that was imported by another one; absent if it has only one. */
  idOf?(state: Properties): string;
}

/** The state before an update, and the inputs that it changes. */
export interface Change {
  readonly old: Properties;
  has(...inputs: string[]): boolean;
}

/** Sets and removes tags of the resource that a state describes. */
export interface Tagging {
  set(state: Properties, tags: Record<string, string>, aws: Aws): Promise<unknown>;
  unset(state: Properties, keys: string[], aws: Aws): Promise<unknown>;
}

/** An input that `check` or `plan` refuses, with the reason. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Recognises the file or archive of an imported resource, which AWS does not return. */
export interface Content {
  readonly digest: string;
  of(content: unknown): Promise<string>;
}

/**
 * Lets the compiler infer a resource's inputs from its schema; the catalogue contains them all with
 * the same type.
 */
export function resource<I extends object>(definition: Resource<I>): Resource {
  return definition as unknown as Resource;
}
