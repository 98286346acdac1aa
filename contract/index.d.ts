/**
 * The stack's outputs for other teams, as their programs read them:
 * `reference.requireOutput("recommendFunctionArn")`.
 */
export interface RecommenderContract {
  recommendFunctionName: string;
  recommendFunctionArn: string;
  /** Empty when re-ranking is switched off. */
  rerankFunctionName: string;
  /** Empty when re-ranking is switched off. */
  rerankFunctionArn: string;
  eventStreamName: string;
  eventStreamArn: string;
  archiveBucketName: string;
  quarantineBucketName: string;
  dataBucketName: string;
  datasetGroupArn: string;
  /**
   * Values by model: `recommendation`, `reranking` when it is switched on, and each placement with
   * its own model.
   */
  campaignArns: Record<string, string>;
  eventTrackerArn: string;
  retrainingStateMachineArn: string;
  notificationTopicArn: string;
  dashboardName: string;
  /** Start of the names of the SSM parameters. */
  parameterPrefix: string;
  /** Attach it to a role that invokes the functions. */
  invokePolicyArn: string;
  /** Attach it to a role that puts events on the stream. */
  producerPolicyArn: string;
  /** Attach it to a role that reads the archived events. */
  archiveReadPolicyArn: string;
  /** Placements by the name that a request has. Absent when the stack has none. */
  placements?: Record<string, Placement>;
  /** Absent when there is none. */
  experiment?: Experiment;
}

/** A place of a website with its own recommendations. */
export interface Placement {
  /**
   * The model that answers, a key of `campaignArns`. Absent: a list of popular items, the same for
   * all visitors.
   */
  model?: string;
  /** True: a request must have an `itemId`. False: it must not. */
  needsItem: boolean;
  /** The stack's filter that always applies; a request cannot choose another one. */
  filter?: string;
  /** The share of items, in percent, that pass another filter. */
  promotion?: { filter: string; percent: number };
  /** Parameters of the filter, to which a request gives `filterValues`. */
  filterValues?: string[];
  /** Parameters of the promotion's filter, to which a request gives `promotionValues`. */
  promotionValues?: string[];
  /** Columns of the items in each answer. */
  columns?: string[];
}

/** A comparison of placements: each visitor gets one of them at `placement`. */
export interface Experiment {
  /** A new name for each experiment; the visitors are divided by it. */
  name: string;
  /**
   * The placement whose requests are answered by the variants. It is one of them, with today's
   * answer.
   */
  placement: string;
  /**
   * The share of the visitors in whole percent, by placement; `popular` is the list of popular
   * items. Together 100.
   */
  variants: Record<string, number>;
  /** The event type that counts as success. */
  goal: string;
  /** The smallest difference that matters, relative: 0.05 are 5 %. */
  minimumEffect: number;
  /** Visitors are compared when their first event is as many days old. */
  settleDays: number;
}

/**
 * Returns the variant of a visitor, or undefined without an id: then `placement` itself answers,
 * and nothing is counted. The function that recommends does the same, as do programs in other
 * languages (docs/contract.md, "Experiments").
 */
export function chooseVariant(
  experiment: Pick<Experiment, "name" | "variants">,
  visitor: Pick<VisitorRequest, "userId" | "sessionId">,
): string | undefined;

/**
 * The attributes of a pet that define its animal group. The recommender's items are groups, not
 * single pets.
 */
export interface AnimalMetadata {
  animal_species_id: string;
  animal_primary_breed_id: string;
  animal_size_id: string;
  animal_age_id: string;
}

/**
 * Returns the id of a pet's group, `2-Saint_Bernard-3-2`: species, breed, size, age. White space in
 * a breed becomes an underscore, as in the catalogue. Throws when an attribute is missing.
 */
export function toAnimalGroupId(animal: AnimalMetadata): string;

/**
 * A pet, whose group is the item, also when the event has an item id; or an item of the catalogue.
 */
export type EventItem =
  | { animalMetadata: AnimalMetadata; itemId?: string }
  | { itemId: string; animalMetadata?: never };

/**
 * A visitor's situation, such as the device, by columns of the stack's Interactions schema
 * (`interactionsSchemaFile`). null is the same as leaving a column out.
 */
export type VisitorContext = Record<string, string | number | boolean | null>;

/**
 * The data of a record on the stream, as JSON. Leave out an id that you do not have: what programs
 * write for a missing one, such as `undefined`, `None` or `NaN`, is refused in events, updates
 * and requests (docs/contract.md, "Ids").
 */
export type VisitorEvent = EventItem & {
  /** Absent before sign-in. */
  userId?: string;
  sessionId: string;
  /** One of the stack's event types. */
  eventType: string;
  /** Events with the same id count once. */
  eventId?: string;
  /** Epoch seconds, or ISO 8601 with an offset. */
  timestamp?: number | string;
  eventValue?: number;
  /** The header `x-recommendation-id` of the answer in which the visitor saw the item. */
  recommendationId?: string;
  /**
   * Ids of the items that the visitor saw, at most 25; they take precedence over
   * `recommendationId`.
   */
  impression?: string[];
  /** The stack's own columns, with the types of its schema. */
  context?: VisitorContext;
};

/**
 * The data of a record on the stream that changes an item, as JSON. At least one of `available` and
 * `columns`.
 */
export type ItemUpdate = {
  itemUpdate: EventItem & {
    /** False: the item is not recommended. */
    available?: boolean;
    /** New values by column of the items' schema; null removes a value. Other columns stay. */
    columns?: Record<string, string | number | boolean | null>;
  };
  /**
   * Epoch seconds, or ISO 8601 with an offset. An update that is older than the item's latest one
   * has no effect.
   */
  timestamp?: number | string;
};

/**
 * The data of a record on the stream that changes what is known about a user, as JSON. Refused by a
 * stack without users.
 */
export interface UserUpdate {
  userUpdate: {
    userId: string;
    /** New values by column of the users' schema; null removes a value. Other properties stay. */
    properties: Record<string, string | number | boolean | null>;
  };
  /**
   * Epoch seconds, or ISO 8601 with an offset. An update that is older than the user's latest one
   * has no effect.
   */
  timestamp?: number | string;
}

/** The visitor, and the items that may be in the answer. */
export interface VisitorRequest {
  userId?: string;
  /** Used when there is no user id. */
  sessionId?: string;
  /** Name of one of the stack's filters. */
  filter?: string;
  /** Texts are in double quotes: `{ SPECIES: '"1","2"' }`. */
  filterValues?: Record<string, string>;
  /** As in the visitor's events. */
  context?: VisitorContext;
}

/** The payload for `recommendFunctionName`. */
export interface RecommendRequest extends VisitorRequest {
  /** From 1 to 500; 10 by default. At most 50 at a placement with columns. */
  limit?: number;
  /**
   * One of the stack's placements; `recommendation` by default. Refused by a stack that has none,
   * as the next two are.
   */
  placement?: string;
  /** The item whose relatives are wanted, at a placement that needs one. */
  itemId?: string;
  /** As `filterValues`, for the filter of the placement's promotion. */
  promotionValues?: Record<string, string>;
}

/** The answer of `recommendFunctionName`: item ids, the best first. */
export type RecommendAnswer = {
  id: string;
  /**
   * At a placement with columns: their values, as text. Without those that the item does not have;
   * empty in a fallback.
   */
  columns?: Record<string, string>;
}[];

/** The payload for `rerankFunctionName`. */
export interface RerankRequest extends VisitorRequest {
  /** A pet has the caller's own id and its attributes; an item of another catalogue its item id. */
  itemMetadataList: { itemId: string; animalMetadata?: AnimalMetadata }[];
}

/** The answer of `rerankFunctionName`. */
export interface RerankAnswer {
  /** The `itemId`s of the request, the best first. */
  ranking: string[];
  personalizeResponse: {
    ResponseMetadata: {
      RequestId: string;
      HTTPStatusCode: number;
      /** The headers of the service's answer, by lower-case name. Empty when it was not called. */
      HTTPHeaders: Record<string, string>;
      RetryAttempts: number;
    };
    /** Groups and items as the service ranked them. A fallback has no scores. */
    personalizedRanking: { itemId: string; score?: number }[];
    recommendationId?: string;
  };
}

/** The result of an invocation, unless it fails. */
export interface FunctionReply {
  /**
   * 200; 400 for a refused request, 503 when there is no answer: then `body` is `{ "message": … }`.
   */
  statusCode: number;
  headers?: {
    /** `list` at a placement that is a list. */
    "x-recommendation-source"?: "personalize" | "fallback" | "list";
    /** The placement of a request that named one. */
    "x-recommendation-placement"?: string;
    "x-recommendation-id"?: string;
    "x-recommendation-filter"?: "not-applied";
    /** The visitor's variant, at the placement of an experiment. */
    "x-recommendation-variant"?: string;
  };
  /** The answer as JSON text. */
  body: string;
}
