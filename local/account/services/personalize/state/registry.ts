import { Fault } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Host } from "../../../host/service";
import { alreadyExists, inUse, invalidInput, limitExceeded, notFound } from "../faults";

/** The members of every resource. Times are the clock's, in milliseconds. */
export interface Named {
  readonly arn: string;
  readonly name: string;
  readonly created: number;
  updated: number;
}
export interface Progress {
  status: string;
  failureReason?: string;
  updated: number;
}
export interface Resource extends Named, Progress {}

/** The resources of one kind in one account and Region, by ARN. */
export class Registry<T extends Named> {
  readonly #resources = new Map<string, T>();

  /** `kind` as error messages name it, e.g. `Campaign`. */
  constructor(readonly kind: string) {}

  /** Throws ResourceAlreadyExistsException: names are unique because ARNs are made of them. */
  refuseTaken(arn: string): void {
    if (!this.#resources.has(arn)) return;
    throw alreadyExists(`Another ${this.kind} with the ARN ${arn} already exists. Use a different name.`);
  }

  /** Throws LimitExceededException when `count` are there already. */
  refuseOver(limit: number, where: string, belongs: (resource: T) => boolean = () => true): void {
    if (this.where(belongs).length < limit) return;
    throw limitExceeded(`More than ${limit} ${this.kind} resources in ${where}: the quota is ${limit}.`);
  }

  add(resource: T): T {
    this.refuseTaken(resource.arn);
    this.#resources.set(resource.arn, resource);
    return resource;
  }

  get(arn: string | undefined): T | undefined {
    return arn === undefined ? undefined : this.#resources.get(arn);
  }

  /** Throws ResourceNotFoundException. */
  find(arn: string | undefined): T {
    const found = this.get(arn);
    if (!found) throw notFound(this.kind, arn ?? "without an ARN");
    return found;
  }

  /**
   * The resource that a listing is restricted to; undefined without one. Throws
   * InvalidInputException: of the listings only ListSolutionVersions has a
   * ResourceNotFoundException in the service's model.
   */
  narrowing(arn: string | undefined): T | undefined {
    const found = this.get(arn);
    if (arn !== undefined && !found) throw invalidInput(`${this.kind} ${arn} does not exist.`);
    return found;
  }

  delete(arn: string): void {
    this.#resources.delete(arn);
  }

  all(): T[] {
    return [...this.#resources.values()];
  }

  where(predicate: (resource: T) => boolean): T[] {
    return this.all().filter(predicate);
  }

  /** One page of the resources that belong to `parent`; of all resources without one. */
  page(input: PageRequest, parent: Named | undefined, parentOf: (resource: T) => string) {
    return listPage(parent === undefined ? this.all() : this.where((one) => parentOf(one) === parent.arn), input);
  }
}

interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** Throws ResourceInUseException unless the resource is ACTIVE. */
export function requireActive<T extends Resource>(resource: T, kind: string): T {
  if (resource.status === "ACTIVE") return resource;
  throw inUse(`${kind} ${resource.arn} is ${resource.status}; it must be ACTIVE.`);
}

/**
 * A resource that changes from one state to another cannot be deleted (guide, "Requirements for
 * deleting resources").
 */
export function refuseBusy(resource: Resource, kind: string): void {
  // A recommender that was stopped is INACTIVE.
  if (/^(ACTIVE|INACTIVE|CREATE FAILED)$/.test(resource.status)) return;
  throw inUse(`${kind} ${resource.arn} is ${resource.status}; it can be deleted once it is ACTIVE or CREATE FAILED.`);
}

/** One page of a listing, oldest first. */
export function listPage<T extends Named>(
  resources: readonly T[],
  { nextToken, maxResults }: PageRequest,
): { items: T[]; nextToken: string | undefined } {
  if (nextToken !== undefined && !isToken(nextToken)) {
    throw new Fault("InvalidNextTokenException", "The nextToken is not one that this service gave out.");
  }
  const keyOf = ({ created, arn }: T) => `${String(Math.floor(created)).padStart(16, "0")} ${arn}`;
  const { items, next } = page(resources, keyOf, { token: nextToken, limit: maxResults ?? 100 });
  return { items, nextToken: next };
}

const isToken = (token: string) => /^\d{16} arn:/.test(Buffer.from(token, "base64url").toString("utf8"));

/** The two dates that every description carries. */
export const dates = ({ created, updated }: { created: number; updated: number }) => ({
  creationDateTime: new Date(created),
  lastUpdatedDateTime: new Date(updated),
});

/** The members of a description that show how far a resource is. */
export const progress = (resource: { status: string; failureReason?: string; created: number; updated: number }) => ({
  status: resource.status,
  failureReason: resource.failureReason,
  ...dates(resource),
});

/** The members of a resource whose creation has not begun. */
export const notBegun = ({ clock }: Pick<Host, "clock">) => {
  const now = clock.now();
  return { status: "", created: now, updated: now };
};
