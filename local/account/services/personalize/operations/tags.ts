import type { Tag } from "@aws-sdk/client-personalize";
import { Fault } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { Context } from "../context";
import { inUse, notFound } from "../faults";
import type { Named, Registry, Resource } from "../state/registry";
import type { PersonalizeState } from "../state/state";

/** The service's error text says 50, although the model allows 200 in a request. */
const maxTags = 50;

/**
 * Throws TooManyTagsException. Called before a resource is created, so that a refused call creates
 * nothing.
 */
export function refuseTooManyTags(tags: readonly Tag[] = []): void {
  if (tags.length > maxTags) throw new Fault("TooManyTagsException", `A resource has ${maxTags} tags at most.`);
}

/** Adds a new resource with its tags. Throws TooManyTagsException, and adds neither then. */
export function addTagged<T extends Named>(
  state: PersonalizeState,
  tags: readonly Tag[] | undefined,
  registry: Registry<T>,
  resource: T,
): T {
  refuseTooManyTags(tags);
  registry.add(resource);
  addTags(state, resource.arn, tags);
  return resource;
}

/** Adds tags to a resource. Throws TooManyTagsException. */
export function addTags(state: PersonalizeState, arn: string, tags: readonly Tag[] = []): void {
  const next = new Map(state.tags.get(arn));
  for (const { tagKey = "", tagValue = "" } of tags) next.set(tagKey, tagValue);
  if (next.size > maxTags) throw new Fault("TooManyTagsException", `A resource has ${maxTags} tags at most.`);
  state.tags.set(arn, next);
}

/**
 * The kinds of resources that carry tags; a schema and a metric attribution do not (API reference,
 * TagResource).
 */
const taggable = (state: PersonalizeState) => [
  state.groups,
  state.datasets,
  state.importJobs,
  state.exportJobs,
  state.deletionJobs,
  state.batchJobs,
  state.trackers,
  state.filters,
  state.solutions,
  state.versions,
  state.campaigns,
  state.recommenders,
];

export function tagHandlers({ store }: Context) {
  const requireTaggable = (state: PersonalizeState, arn: string) => {
    const resource = taggable(state)
      .map((registry): Resource | undefined => registry.get(arn))
      .find((found) => found !== undefined);
    if (!resource) throw notFound("Resource", arn);
    // The API reference does not define "in use"; that a resource being deleted counts is inferred.
    if (/^DELETE/.test(resource.status)) throw inUse(`Resource ${arn} is ${resource.status}.`);
  };

  return {
    TagResource({ resourceArn = "", tags: given = [] }, call) {
      const state = store.of(call);
      requireTaggable(state, resourceArn);
      addTags(state, resourceArn, given);
      return {};
    },
    UntagResource({ resourceArn = "", tagKeys = [] }, call) {
      const state = store.of(call);
      requireTaggable(state, resourceArn);
      if (tagKeys.length > maxTags) {
        throw new Fault("TooManyTagKeysException", `The request names ${tagKeys.length} tag keys; ${maxTags} at most.`);
      }
      for (const key of tagKeys) state.tags.get(resourceArn)?.delete(key);
      return {};
    },
    ListTagsForResource({ resourceArn = "" }, call) {
      const state = store.of(call);
      requireTaggable(state, resourceArn);
      const found = state.tags.get(resourceArn) ?? new Map<string, string>();
      return { tags: Array.from(found, ([tagKey, tagValue]) => ({ tagKey, tagValue })) };
    },
  } satisfies Handlers<Clients["personalize"]>;
}
