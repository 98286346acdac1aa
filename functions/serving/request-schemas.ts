import { array, pipe, transform } from "zod/mini";
import {
  animalAttributes,
  closedObject,
  describeMissing,
  optional,
  text,
  textMap,
  wholeNumber,
} from "../support/schema";

/** Fields of both requests. */
const visitor = () => ({
  userId: optional(text()),
  sessionId: optional(text()),
  filter: optional(text(63)),
  filterValues: optional(textMap(25, 50, 1_000)),
  context: optional(textMap(150, 150, 1_000)),
});

export const recommendRequest = () =>
  closedObject({
    ...visitor(),
    limit: pipe(
      optional(wholeNumber(1, 500)),
      transform((limit) => limit ?? 10),
    ),
  });

export const rerankRequest = () =>
  closedObject({
    ...visitor(),
    // A pet with the caller's id, ranked by its group; or an item of the catalogue with its own id.
    itemMetadataList: array(
      closedObject({ itemId: text(), animalMetadata: optional(closedObject(animalAttributes())) }),
      {
        error: describeMissing("must be a list"),
      },
    ),
  });
