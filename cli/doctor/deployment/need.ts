/** When a deployment needs an action. `plan`: also a preview, which changes nothing. */
export type Step = "plan" | "create" | "read" | "update" | "delete";

/** The calls of a resource's provider on one AWS resource. */
export interface Need {
  readonly service: string;
  /**
   * The resource: an ARN without `arn:<partition>:<service>`, with `{input}` for inputs and `{place}` for Region and account; an
   * input that is an ARN; or `*`, for actions without resource types.
   */
  readonly on: string;
  /** Actions without their prefix. */
  readonly actions: Readonly<Partial<Record<Step, string>>>;
  readonly passedTo?: string;
  /** Values of condition keys, with `{input}`; only keys that IAM has for each of these actions. */
  readonly condition?: Readonly<Record<string, string | readonly string[]>>;
  /** The need exists only when this input is set. */
  readonly when?: string;
}

type Actions = Need["actions"];

export const on = (service: string, resource: string, actions: Actions, more: Partial<Need> = {}): Need => ({
  service,
  on: resource,
  actions,
  ...more,
});

/** Creates the needs of actions that have no resource type. */
export const anywhere = (service: string, actions: Actions): Need => on(service, "*", actions);

/** Creates the right to give the role of an input to a service. */
export const passes = (role: string, service: string): Need =>
  on("iam", `{${role}}`, { create: "PassRole" }, { passedTo: `${service}.amazonaws.com`, when: role });

export type Needs = Readonly<Record<string, readonly Need[]>>;
