// Examples in the schemas. The tests check that the schemas and the handlers accept them.

const pug = {
  animal_species_id: "2",
  animal_primary_breed_id: "Pug",
  animal_size_id: "1",
  animal_age_id: "4",
};
const siamese = {
  animal_species_id: "1",
  animal_primary_breed_id: "Siamese",
  animal_size_id: "1",
  animal_age_id: "2",
};

export const petEvent = {
  userId: "10042",
  sessionId: "s-7f3a",
  eventType: "DetailView",
  eventId: "e-1",
  timestamp: "2026-03-01T12:30:00Z",
  recommendationId: "RID-1",
  impression: ["2-Pug-1-4", "1-Siamese-1-2"],
  animal_id: "pet-551",
  animalMetadata: pug,
};
export const itemEvent = { sessionId: "s-7f3a", eventType: "DetailView", itemId: "sku-318" };
/** The stack's Interactions schema has a column DEVICE. */
export const deviceEvent = { ...itemEvent, context: { DEVICE: "phone" } };
export const availability = {
  itemUpdate: { animalMetadata: pug, available: false },
  timestamp: "2026-03-01T12:30:00Z",
};
export const columns = { itemUpdate: { itemId: "sku-318", columns: { PRICE: 12.5, BRAND: null } } };
export const properties = { userUpdate: { userId: "10042", properties: { HOME: "flat", CHILDREN: null } } };
export const wrappedEvent = { Partitionkey: "s-7f3a", Data: itemEvent };

export const recommendRequests = {
  user: { userId: "10042", limit: 3 },
  session: { sessionId: "s-7f3a", filter: "species", filterValues: { SPECIES: '"1","2"' } },
  device: { userId: "10042", context: { DEVICE: "phone" } },
  similar: { placement: "similar", itemId: "2-Leonberger-3-2", limit: 5 },
};
export const recommendAnswer = [{ id: "2-Pug-1-4" }, { id: "1-Siamese-1-2" }];

export const rerankRequests = {
  pets: {
    userId: "10042",
    itemMetadataList: [
      { itemId: "pet-1", animalMetadata: siamese },
      { itemId: "pet-2", animalMetadata: pug },
    ],
  },
  items: { sessionId: "s-7f3a", itemMetadataList: [{ itemId: "sku-318" }, { itemId: "sku-7" }] },
};
export const rerankAnswer = {
  ranking: ["pet-2", "pet-1"],
  personalizeResponse: {
    ResponseMetadata: {
      RequestId: "0d9c",
      HTTPStatusCode: 200,
      HTTPHeaders: { "content-type": "application/json", "content-length": "161", "x-amzn-requestid": "0d9c" },
      RetryAttempts: 0,
    },
    personalizedRanking: [
      { itemId: "2-Pug-1-4", score: 0.83 },
      { itemId: "1-Siamese-1-2", score: 0.17 },
    ],
    recommendationId: "RID-2",
  },
};
export const refusal = { message: "userID: is not a known key; did you mean userId?" };
