/** A resource as the program registers it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a program registers that was run without an engine and without an account. */
export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** What the program would warn of in a preview. */
  readonly warnings: readonly string[];
}

export const listPlanned = ({ resources }: Pick<Plan, "resources">, type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);
