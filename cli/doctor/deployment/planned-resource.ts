/** A resource as the program registers it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The result of a program that ran without an engine and without an account. */
export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** The warnings that a preview would print. */
  readonly warnings: readonly string[];
}

export const listPlanned = ({ resources }: Pick<Plan, "resources">, type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);
