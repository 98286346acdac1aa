import { array, pipe, transform } from "zod/mini";
import { animalMetadata, describeMissing, object, optional, text, textMap, wholeNumber } from "../support/schema";

/** Fields of both requests. */
const visitor = () => ({
  userId: optional(text()),
  sessionId: optional(text()),
  filter: optional(text(63)),
  filterValues: optional(textMap(25, 50, 1_000)),
  context: optional(textMap(150, 150, 1_000)),
});

export const recommendRequest = () =>
  object({
    ...visitor(),
    limit: pipe(
      optional(wholeNumber(1, 500)),
      transform((limit) => limit ?? 10),
    ),
  });

export const rerankRequest = () =>
  object({
    ...visitor(),
    // A pet with the caller's id, ranked by its group; or an item of the catalogue with its own id.
    itemMetadataList: array(object({ itemId: text(), animalMetadata: optional(animalMetadata()) }), {
      error: describeMissing("must be a list"),
    }),
  });
