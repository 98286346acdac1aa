import { pipe, transform } from "zod/mini";
import { id, object, optional, time } from "../../support/schema";
import { changedColumns } from "../updates/changed-columns";

/**
 * A change of what is known about a user, as a producer sends it. Whether the properties exist is
 * checked with the users' schema, in row-columns.ts.
 */
export const userUpdate = () =>
  pipe(
    object({
      userUpdate: object({ userId: id(), properties: changedColumns(1) }),
      timestamp: optional(time()),
    }),
    transform(({ timestamp, userUpdate: { userId, properties } }) => ({ timestamp, id: userId, columns: properties })),
  );
