import { boolean, pipe, transform } from "zod/mini";
import { toAnimalGroupId } from "../../../contract";
import { animalAttributes, hasGroupId, hasOneOf, id, object, optional, time } from "../../support/schema";
import { changedColumns } from "../updates/changed-columns";

/**
 * A change of an item as a producer sends it, without the wrapper: whether it is available, other
 * columns, or both. The item is given as in an event. Whether the columns exist is checked with the
 * items' schema, in row-columns.ts.
 */
export const itemUpdate = () =>
  pipe(
    object({
      itemUpdate: change().check(hasOneOf("animalMetadata", "itemId"), hasOneOf("available", "columns")),
      timestamp: optional(time()),
    }),
    // The check above makes sure that an update without metadata has an item id.
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
    // No columns are as good as none.
    columns: pipe(
      optional(changedColumns()),
      transform((columns = {}) => (Object.keys(columns).length > 0 ? columns : undefined)),
    ),
  });
