import { boolean, pipe, refine, transform } from "zod/mini";
import { toAnimalGroupId } from "../../../contract";
import { animalAttributes, hasGroupId, id, object, optional, time } from "../../support/schema";
import { hasItem } from "../events/event-schema";
import { changedColumns } from "../updates/changed-columns";

/**
 * A change of an item as a producer sends it, without the wrapper: whether it is available, other
 * columns, or both. The item is given as in an event. Whether the columns exist is checked with the
 * items' schema, in row-columns.ts.
 */
export const itemUpdate = () =>
  pipe(
    object({ itemUpdate: change().check(hasItem(), hasChange()), timestamp: optional(time()) }),
    // hasItem makes sure that an update without metadata has an item id.
    transform(({ timestamp, itemUpdate: { animalMetadata, itemId = "", available, columns = {} } }) => ({
      timestamp,
      id: animalMetadata ? toAnimalGroupId(animalMetadata) : itemId,
      available,
      columns,
    })),
  );

const change = () =>
  object({
    animalMetadata: optional(object(animalAttributes()).check(hasGroupId())),
    itemId: optional(id()),
    available: optional(boolean("must be true or false")),
    columns: optional(changedColumns()),
  });

interface Change {
  available?: unknown;
  columns?: Record<string, unknown> | undefined;
}

function hasChange() {
  return refine<Change>(({ available, columns }) => available !== undefined || Object.keys(columns ?? {}).length > 0, {
    error: "has neither available nor columns; must have one of them",
    // As in hasItem: also when other fields are wrong, but not when the update is no object.
    when: ({ issues }) => issues.every(({ path }) => path !== undefined && path.length > 0),
  });
}
