import type { Session } from "../service/session";

/** Tags as inputs have them. */
export type Tags = Record<string, string>;

/** Returns the user's tags and the stack's, in the form of the service's create calls. */
export function toTagList(inputs: { tags?: Tags; ownerTags?: Tags }): { tagKey: string; tagValue: string }[] {
  return Object.entries({ ...inputs.tags, ...inputs.ownerTags }).map(([tagKey, tagValue]) => ({ tagKey, tagValue }));
}

/** Returns the resource's tags without those of AWS itself (`aws:…`), which users cannot change. */
export async function fetchTags({ api }: Session, resourceArn: string): Promise<Map<string, string>> {
  const { tags = [] } = await api.listTagsForResource({ resourceArn });
  const own = tags.filter(({ tagKey = "" }) => !tagKey.startsWith("aws:"));
  return new Map(own.map(({ tagKey = "", tagValue = "" }) => [tagKey, tagValue]));
}

/** Makes the resource's tags exactly those of the inputs. */
export async function syncTags(
  session: Session,
  resourceArn: string,
  inputs: { tags?: Tags; ownerTags?: Tags },
): Promise<void> {
  const present = await fetchTags(session, resourceArn);
  const wanted = toTagList(inputs);
  const tags = wanted.filter(({ tagKey, tagValue }) => present.get(tagKey) !== tagValue);
  const tagKeys = [...present.keys()].filter((key) => wanted.every(({ tagKey }) => tagKey !== key));
  if (tagKeys.length > 0) await session.api.untagResource({ resourceArn, tagKeys });
  if (tags.length > 0) await session.api.tagResource({ resourceArn, tags });
}
