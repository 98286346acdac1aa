/** A resource as the program registers it. */
export interface PlannedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a program registers that was run without an engine and without an account. */
export interface Plan {
  readonly resources: readonly PlannedResource[];
}

export const listPlanned = ({ resources }: Plan, type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);
