import type { Domain } from "@aws-sdk/client-personalize";
import { ownValue } from "../../../aws/record";

export type DatasetType = "INTERACTIONS" | "ITEMS" | "USERS";
export type FieldType = "string" | "int" | "long" | "float" | "double" | "boolean";

/** The form that the service demands of a column of its own. */
interface OwnField {
  readonly type: FieldType;
  /** The attribute that a text must have. */
  readonly attribute?: "categorical" | "textual";
}
export interface TypeRules {
  readonly datasetType: DatasetType;
  readonly required: Readonly<Record<string, OwnField>>;
  readonly reserved: Readonly<Record<string, OwnField>>;
  readonly minMetadata: number;
  readonly maxMetadata: number;
}

const text: OwnField = { type: "string" };
const long: OwnField = { type: "long" };
const float: OwnField = { type: "float" };
const categorical: OwnField = { type: "string", attribute: "categorical" };
const textual: OwnField = { type: "string", attribute: "textual" };

/**
 * Required and reserved columns and quotas by the schema's name (guide, "Schemas" and "Quotas").
 */
const custom = {
  Interactions: {
    datasetType: "INTERACTIONS",
    required: { USER_ID: text, ITEM_ID: text, TIMESTAMP: long },
    reserved: {
      EVENT_TYPE: text,
      EVENT_VALUE: float,
      IMPRESSION: text,
      RECOMMENDATION_ID: text,
      EVENT_ATTRIBUTION_SOURCE: text,
    },
    minMetadata: 0,
    maxMetadata: 5,
  },
  Items: {
    datasetType: "ITEMS",
    required: { ITEM_ID: text },
    reserved: { CREATION_TIMESTAMP: long },
    minMetadata: 1,
    maxMetadata: 100,
  },
  Users: {
    datasetType: "USERS",
    required: { USER_ID: text },
    reserved: {},
    minMetadata: 1,
    maxMetadata: 25,
  },
} as const satisfies Readonly<Record<string, TypeRules>>;

/** Each domain requires the type of an event. Required columns of Items are their metadata. */
const interactions: TypeRules = {
  ...custom.Interactions,
  required: { ...custom.Interactions.required, EVENT_TYPE: text },
};

/**
 * The rules of each domain (guide, "ECOMMERCE datasets and schemas", "VIDEO_ON_DEMAND datasets and
 * schemas": "Reserved categorical string fields must have `categorical` set to `true`").
 */
const ofDomain: Readonly<Record<Domain, Readonly<Record<string, TypeRules>>>> = {
  ECOMMERCE: {
    Interactions: interactions,
    Items: {
      ...custom.Items,
      required: { ITEM_ID: text, PRICE: float, CATEGORY_L1: categorical },
      reserved: {
        CATEGORY_L2: categorical,
        CATEGORY_L3: categorical,
        PRODUCT_DESCRIPTION: textual,
        // The table says long, the page of Items float; custom groups have long.
        CREATION_TIMESTAMP: long,
        AGE_GROUP: categorical,
        ADULT: categorical,
        GENDER: categorical,
      },
      minMetadata: 0,
    },
    Users: custom.Users,
  },
  VIDEO_ON_DEMAND: {
    Interactions: interactions,
    Items: {
      ...custom.Items,
      required: { ITEM_ID: text, CREATION_TIMESTAMP: long, GENRES: categorical },
      reserved: {
        PRICE: float,
        DURATION: float,
        GENRE_L2: categorical,
        GENRE_L3: categorical,
        AVERAGE_RATING: float,
        PRODUCT_DESCRIPTION: textual,
        CONTENT_OWNER: categorical,
        CONTENT_CLASSIFICATION: categorical,
      },
      minMetadata: 0,
    },
    // It is metadata too: the default schema has no other.
    Users: { ...custom.Users, reserved: { SUBSCRIPTION_MODEL: categorical }, minMetadata: 0 },
  },
};

/** Finds the rules of a schema's name; undefined where the service knows no such name. */
export function findRules(name: string, domain: Domain | undefined): TypeRules | undefined {
  const rules: Readonly<Record<string, TypeRules>> = domain === undefined ? custom : ofDomain[domain];
  return ownValue(rules, name);
}

/**
 * Returns whether the service gives a column of interactions its meaning; the others are contextual
 * metadata (guide, "Schemas").
 */
export function isReservedForInteractions(column: string): boolean {
  const { required, reserved } = custom.Interactions;
  return Object.hasOwn(required, column) || Object.hasOwn(reserved, column);
}
