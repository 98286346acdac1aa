import { join } from "node:path";
import type { Scope } from "../../account/aws/arn";
import type { ResourceItem, Stack } from "../messages";
import type { AccountAccess } from "./account-access";
import type { Calls } from "./caller";
import type { CountRecords } from "./shard-counts";

export type Read = (query: URLSearchParams) => Promise<unknown>;
export type Act = (body: Record<string, unknown>) => Promise<unknown>;

export interface PageRoutes {
  readonly reads: Readonly<Record<string, Read>>;
  readonly acts: Readonly<Record<string, Act>>;
}

/** A stack, and calls of the account where it is. */
export interface StackContext {
  readonly stack: Stack;
  /** Calls that read, and are not logged. */
  readonly view: Calls;
  /** Calls that act, and are logged. */
  readonly act: Calls;
}

/** The tools of views of stacks. */
export interface ViewTools {
  readonly account: AccountAccess;
  readonly countRecords: CountRecords;
  /** Without a name, the first stack. Throws when there is no such stack. */
  contextOf(stack: string | null | undefined): Promise<StackContext>;
}

/** The parts that a program gives to the console, so that it shows the program's stacks. */
export interface Views {
  /**
   * The path of the page's script, which shows the account's `App` with the program's views
   * (`page/app.tsx`).
   */
  readonly page: string;
  findStacks(scope: Scope, view: Calls): Promise<Stack[]>;
  /** Says what to do when no stack, or none of this name, is deployed. */
  describeMissing(name: string | undefined): string;
  /** The parts of a stack, in the order in which its resources are listed. */
  readonly components: readonly string[];
  /** The part that a resource belongs to; undefined for a resource that is not the stack's. */
  componentOf(resource: ResourceItem, stack: Stack): string | undefined;
  /** The routes of these views, below `/_console/api/`. */
  routes(tools: ViewTools): PageRoutes;
}

/** An account to which no program gave views. */
export const noViews: Views = {
  page: join(__dirname, "../page/main.tsx"),
  findStacks: async () => [],
  describeMissing: () => "This account shows no stacks.",
  components: [],
  componentOf: () => undefined,
  routes: () => ({ reads: {}, acts: {} }),
};
