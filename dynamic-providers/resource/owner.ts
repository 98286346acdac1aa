import type { Session } from "../service/session";
import type { CommonInputs, Described, Kind } from "./kind";
import { fetchTags } from "./tags";

/**
 * Throws when a resource that has the wanted name is of another owner: its tags are not those of
 * this stack's resource, or, where the kind has no tags, its content is another.
 */
export async function requireOwn<I extends CommonInputs, S extends Described>(
  session: Session,
  kind: Pick<Kind<I, S>, "matches">,
  inputs: I,
  { arn, seen }: { readonly arn: string; readonly seen: S },
): Promise<void> {
  if (kind.matches?.(seen, inputs)) return;
  const other = kind.matches ? "other content" : await findOtherTags(session, inputs, arn);
  if (other === undefined) return;
  throw new Error(
    `${session.label}: ${arn} exists and does not belong to this stack (${other}). Give the resource another ` +
      "`name`, or delete the existing one.",
  );
}

async function findOtherTags(
  session: Session,
  { ownerTags = {} }: CommonInputs,
  arn: string,
): Promise<string | undefined> {
  const tags = await fetchTags(session, arn);
  const other = Object.entries(ownerTags)
    .filter(([key, value]) => tags.get(key) !== value)
    .map(([key]) => `${key} is ${tags.get(key) ?? "absent"}`);
  return other.length === 0 ? undefined : other.join(", ");
}
