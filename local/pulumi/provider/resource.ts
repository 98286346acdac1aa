import type { z } from "zod";
import type { Aws } from "./aws";

/** Resource properties as Pulumi has them: camelCase names, plain JSON, assets and archives as their wire objects. */
export type Properties = Record<string, unknown>;

/**
 * One resource type of `@pulumi/aws`, realised by SDK calls to the endpoint. `I` is what the schema lets through;
 * the schema is strict, so a property that is not written here is refused by its name and never ignored.
 */
export interface Resource<I extends object = Properties> {
  /** The inputs, with their defaults; what the type does not list, the local provider does not do. */
  readonly schema: z.ZodType<I>;
  /** The input that gets the logical name and a random tail where the program gives none. */
  readonly autoName?: { readonly property: string; readonly maxLength: number; readonly lowerCase?: boolean };
  /** A change of one of these makes a new resource. */
  readonly replaceOn: readonly string[];
  /** With `replaceOn`: the old one must go first, because two cannot stand side by side. */
  readonly deleteBeforeReplace?: boolean;
  /**
   * Inputs, or members of inputs (`loggingConfig.logGroup`), that AWS fills in where the program leaves them out
   * (`Optional` and `Computed` in the real provider's schema). Leaving one out is then no change.
   */
  readonly computed?: readonly string[];
  /** Inputs of which different values may mean the same, such as a policy's text, and the comparison. */
  readonly same?: Readonly<Record<string, (before: unknown, after: unknown) => boolean>>;
  /** Inputs that AWS does not return, such as `forceDestroy` or code: the state keeps what the program wrote. */
  readonly unread?: readonly string[];
  /** For files and archives among `unread`: the output that has the digest of the content, and how to compute it. */
  readonly contents?: Readonly<Record<string, Content>>;
  create(inputs: I, aws: Aws): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /**
   * All inputs but those in `unread`, and all outputs, as the account has them now; `undefined` when the resource is gone.
   * `state` is empty for an import, so that the id must be enough.
   */
  read(id: string, state: Properties, aws: Aws): Promise<Properties | undefined>;
  /** What the real provider asks AWS when it plans a change of an input: what is wrong, by property. */
  readonly plan?: { readonly on: string; check(inputs: I, aws: Aws): Promise<readonly Failure[]> };
  /** Brings the resource to `inputs` and returns outputs that changed; absent: the type has nothing to update in place. */
  update?(id: string, inputs: I, old: Properties, aws: Aws): Promise<Properties>;
  delete(id: string, state: Properties, aws: Aws): Promise<void>;
}

/** An input that `check` or `plan` refuses. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** How an imported resource's file or archive is recognised, though AWS does not return it. */
export interface Content {
  readonly digest: string;
  of(content: unknown): Promise<string>;
}

/** Lets the compiler infer a resource's inputs from its schema, and the catalogue hold all of them alike. */
export function resource<I extends object>(definition: Resource<I>): Resource {
  return definition as unknown as Resource;
}
