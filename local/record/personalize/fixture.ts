import type { Forms } from "./steps/conditions";
import type { Answer, World } from "./world";

/**
 * One resource of each kind, ACTIVE, by ARN; the first steps make them, with the Create operations,
 * whose success this is.
 */
export type Fixture = Record<Data | Model, string> & {
  ranking: { readonly solution: string; readonly version: string; readonly campaign: string };
  /** What the policies of key, buckets and roles demand now; undefined before they say anything. */
  forms?: Forms;
};
/** `locked`: a group with a key, and its Interactions dataset. */
type Data =
  | ("keyArn" | "schema" | "group" | "interactions" | "items" | "users" | "lockedGroup" | "lockedDataset")
  | (
      | "importJob"
      | "exportJob"
      | "deletionJob"
      | "lockedDeletionJob"
      | "tracker"
      | "trackingId"
      | "filter"
      | "attribution"
    );
/** `domainGroup`: of ECOMMERCE, with an Interactions dataset and a recommender. */
type Model = "solution" | "version" | "campaign" | "batchJob" | "domainGroup" | "domainEvents" | "domainRecommender";

export const lower = (kind: string) => `${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;

/**
 * The member of requests and answers with a resource's ARN: `datasetGroupArn` of a `DatasetGroup`.
 */
export const arnMember = (kind: string) => `${lower(kind)}Arn`;

export interface Described {
  readonly status?: string;
  readonly failureReason?: string;
}

/** Describes a resource of a kind such as `DatasetGroup`. */
export async function describe({ call }: World, kind: string, arn: string): Promise<Answer & Described> {
  const answer = await call(`Describe${kind}`, { [arnMember(kind)]: arn });
  return (answer[lower(kind)] ?? {}) as Answer & Described;
}

/** Waits until a life cycle has ended. Returns its last state, and the reason of a failure. */
export async function waitUntilEnded(
  world: World,
  look: () => Promise<Described>,
): Promise<Described & { status: string }> {
  let last = { status: "" };
  await world.until(async () => {
    last = { status: "FAILED", ...(await look()) };
    return /^(ACTIVE|COMPLETED)$|FAILED|STOPPED/.test(last.status);
  });
  return last;
}

/** Waits until a resource is there. @throws when its life cycle ended in a failure */
export async function waitUntilActive(
  world: World,
  kind: string,
  arn: string,
  look: () => Promise<Described> = () => describe(world, kind, arn),
) {
  const { status, failureReason } = await waitUntilEnded(world, look);
  if (!/^(ACTIVE|COMPLETED)$/.test(status)) throw new Error(`${kind} ${arn} is ${status}: ${failureReason}`);
}

/** Waits until describing something fails: it was deleted. */
export async function waitUntilDeleted(world: World, kind: string, arn: string): Promise<void> {
  await world.until(async () => {
    try {
      await describe(world, kind, arn);
      return false;
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return true;
      throw error;
    }
  });
}
