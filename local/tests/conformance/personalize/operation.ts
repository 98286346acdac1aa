import type { Fixture } from "./fixture.ts";
import { fill, type Making } from "./making.ts";
import type { World } from "./world.ts";

/** Members that a case adds to a request or replaces in it. */
export type Changes = Readonly<Record<string, unknown>>;

/** Sends a request that succeeds unless `changes` spoil it. */
export type Send = (changes?: Changes) => Promise<object>;

/** The changes with which a request is refused; as a function: what has to be there first is made by it. */
export type Case = Changes | (() => Changes | Promise<Changes>);

/** A request of one operation that succeeds, and the requests that fail. */
export interface Operation {
  readonly send: Send;
  /** The fixture's making or the suite's end is the operation's success, so that it is not sent again. */
  readonly once?: true;
  /** The key is the name of the exception. */
  readonly errors: Readonly<Record<string, Case>>;
  /** LimitExceededException by filling a quota: nothing to do in an account that others use. */
  readonly quota?: { readonly of: string; readonly fill: () => Promise<Changes> };
}

export type Operations = Readonly<Record<string, Operation>>;

/** The material of the cases: an account, one resource of each kind in it, and more of them on demand. */
export interface Suite {
  readonly world: World;
  readonly fixture: Fixture;
  readonly making: Making;
}

/** An ARN of the same form that nothing has. */
export const absent = (arn: string) => `${arn}-absent`;

export const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ tagKey: `key-${i}`, tagValue: "x" }));

/** Wrong form and nothing there, for the member that names a resource. */
export const testArn = (member: string, arn: string) => ({
  InvalidInputException: { [member]: "no ARN" },
  ResourceNotFoundException: { [member]: absent(arn) },
});

export const testDescribe = (send: Send, member: string, arn: string): Operation => ({
  send,
  errors: testArn(member, arn),
});

export const testList = (send: Send): Operation => ({
  send,
  errors: {
    InvalidInputException: { maxResults: 101 },
    InvalidNextTokenException: { nextToken: "a token of another service" },
  },
});

/**
 * For a Create that the fixture has sent: its name is taken now. `name`: the member with the name; `parent`: the member that
 * names what the resource belongs to, by the ARN `arn`.
 */
export function testCreate(
  making: Making,
  send: Send,
  { name, parent, arn }: { name: "name" | "jobName"; parent: string; arn: string },
): Operation {
  const createNew = (changes: Changes) => () => ({ [name]: making.fresh(), ...changes });
  const { InvalidInputException, ResourceNotFoundException } = testArn(parent, arn);
  return {
    send,
    once: true,
    errors: {
      InvalidInputException: createNew(InvalidInputException),
      ResourceNotFoundException: createNew(ResourceNotFoundException),
      ResourceAlreadyExistsException: {},
      TooManyTagsException: createNew({ tags: tags(51) }),
    },
  };
}

/** For a Delete: the suite's end is its success. `inUse`: what cannot be deleted yet. */
export const testDelete = (send: Send, member: string, arn: string, inUse: Case): Operation => ({
  send,
  once: true,
  errors: { ...testArn(member, arn), ResourceInUseException: inUse },
});

/**
 * For a Create of jobs, of which five may wait or run at once. `busy` makes what `parent` names and is still in creation;
 * `another` has the further members of a job that is accepted.
 */
export function testCreateJob(
  making: Making,
  send: Send,
  { parent, arn, busy, of = "5 jobs pending or in progress in a Region", another = {} }: JobCreation,
): Operation {
  const create = testCreate(making, send, { name: "jobName", parent, arn });
  const fresh = () => ({ jobName: making.fresh(), ...another });
  return {
    ...create,
    errors: {
      ...create.errors,
      ResourceInUseException: async () => ({ jobName: making.fresh(), [parent]: await busy() }),
    },
    quota: {
      of,
      async fill() {
        await fill(5, 0, () => send(fresh()));
        return fresh();
      },
    },
  };
}
interface JobCreation {
  readonly parent: string;
  readonly arn: string;
  readonly busy: () => Promise<string>;
  readonly of?: string;
  readonly another?: Changes;
}
