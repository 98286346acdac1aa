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
  create(inputs: I, aws: Aws): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** The properties as the account has them now (only those that can drift), or `undefined` when the resource is gone. */
  read(id: string, state: Properties, aws: Aws): Promise<Properties | undefined>;
  /** Brings the resource to `inputs` and returns outputs that changed; absent: the type has nothing to update in place. */
  update?(id: string, inputs: I, old: Properties, aws: Aws): Promise<Properties>;
  delete(id: string, state: Properties, aws: Aws): Promise<void>;
}

/** Lets the compiler infer a resource's inputs from its schema, and the catalogue hold all of them alike. */
export function resource<I extends object>(definition: Resource<I>): Resource {
  return definition as unknown as Resource;
}
