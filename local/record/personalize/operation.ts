import { listDocumentedErrors, unreached } from "./documented";
import { arnMember, type Fixture } from "./fixture";
import type { Making } from "./making";
import type { World } from "./world";

/** Members that a case adds to a request or replaces in it. */
export type Changes = Readonly<Record<string, unknown>>;

/** Sends a request that succeeds unless `changes` spoil it. */
export type Send = (changes?: Changes) => Promise<Readonly<Record<string, unknown>>>;

/**
 * The changes with which a request is refused; as a function: what has to be there first is made by
 * it.
 */
export type Case = Changes | (() => Changes | Promise<Changes>);

/** The cases of an operation; the key is the name of the exception. */
export type Cases = Readonly<Record<string, Case>>;

/** A request of one operation that succeeds, and the requests that fail. */
export interface Operation {
  readonly send: Send;
  /**
   * The making of the fixture or the deletions are the operation's success, so that it is not sent
   * again.
   */
  readonly once?: true;
  readonly errors: Cases;
}

export type Operations = Readonly<Record<string, Operation>>;

/**
 * The material of the cases: an account, one resource of each kind in it, and more of them on
 * demand.
 */
export interface Suite {
  readonly world: World;
  readonly fixture: Fixture;
  readonly making: Making;
}

export const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ tagKey: `key-${i}`, tagValue: "x" }));

/** Wrong form and nothing there, for the member that names a resource. */
export const testArn = (member: string, arn: string): Cases => ({
  InvalidInputException: { [member]: "no ARN" },
  ResourceNotFoundException: { [member]: `${arn}-absent` },
});

/** An operation with this request; as a function: it is made when it is sent. */
export const test = (
  { world }: Suite,
  operation: string,
  request: Changes | (() => Changes | Promise<Changes>),
  errors: Cases,
): Operation => ({
  async send(changes) {
    return world.call(operation, { ...(typeof request === "function" ? await request() : request), ...changes });
  },
  errors,
});

export const testList = (suite: Suite, operation: string, request: Changes = {}): Operation =>
  test(suite, operation, request, {
    InvalidInputException: { maxResults: 101 },
    InvalidNextTokenException: { nextToken: "a token of another service" },
  });

/**
 * A kind of resource that is created, described and listed, and that is deleted unless it is a job.
 */
interface Resource {
  readonly kind: string;
  /** The fixture's. */
  readonly arn: string;
  /** The request that created it: its name is taken now. */
  readonly create: Changes;
  /** The member of `create` that names what it belongs to. */
  readonly parent?: string;
  /** The cases of Create that are its own. */
  readonly errors?: Cases;
  /** A resource that cannot be deleted yet; absent for jobs. */
  readonly inUse?: Case;
  readonly list?: Changes;
}

/**
 * The operations that every kind of resource has, with the cases that all kinds share as far as
 * they are documented.
 */
export function testResource(suite: Suite, resource: Resource): Operations {
  const { kind, arn, create, parent, errors = {}, inUse, list } = resource;
  const member = arnMember(kind);
  const name = "jobName" in create ? "jobName" : "name";
  const createNew = (changes: Changes) => () => ({ [name]: suite.making.fresh(), ...changes });
  const ofParent = Object.entries(parent ? testArn(parent, String(create[parent])) : {});
  const shared: Cases = {
    ...Object.fromEntries(ofParent.map(([error, changes]) => [error, createNew(changes as Changes)])),
    ResourceAlreadyExistsException: {},
    TooManyTagsException: createNew({ tags: tags(51) }),
  };
  const documented = listDocumentedErrors(`Create${kind}`).filter((error) => !unreached[`Create${kind} ${error}`]);
  const ofCreate = Object.entries({ ...shared, ...errors }).filter(([error]) => documented.includes(error));
  return {
    [`Create${kind}`]: {
      ...test(suite, `Create${kind}`, create, Object.fromEntries(ofCreate)),
      once: true,
    },
    [`Describe${kind}`]: test(suite, `Describe${kind}`, { [member]: arn }, testArn(member, arn)),
    [`List${kind}s`]: testList(suite, `List${kind}s`, list),
    ...(inUse && {
      [`Delete${kind}`]: {
        ...test(suite, `Delete${kind}`, { [member]: arn }, { ...testArn(member, arn), ResourceInUseException: inUse }),
        once: true,
      },
    }),
  };
}

/**
 * The cases of a job's creation. `busy` makes what the job's parent names and is still in creation.
 */
export const testJob = (
  { making }: Suite,
  resource: Resource & { readonly parent: string },
  busy: () => Promise<string>,
): Resource => ({
  ...resource,
  errors: {
    ResourceInUseException: async () => ({ jobName: making.fresh(), [resource.parent]: await busy() }),
  },
});
