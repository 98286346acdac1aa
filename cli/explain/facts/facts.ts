// The facts that checks judge. Each says how much of it was read.
import type { GetRecommendationsRequest } from "@aws-sdk/client-personalize-runtime";
import type { Clause } from "../../../dynamic-providers/checks/filter-expression";
import type { Recipe } from "../../../dynamic-providers/checks/recipes";
import type { StoredRow } from "../../../functions/ingestion/updates/changed-rows";
import type { FoundPlacement } from "../../../functions/serving/placements";
import type { Columns } from "../../../values/columns";
import type { StoredObject } from "../../archive/objects";
import type { StackReader } from "../../stack/stack";
import type { Question } from "../question";

/** A fact, or why it was not read. Nothing follows from one that was not. */
export type Read<T> = { readonly value: T } | { readonly unread: string };

/** What of the parts of a fact was read: all of them, or why not. */
export type Extent = { readonly isWhole: true } | { readonly isWhole: false; readonly why: string };

/** Everything that the checks judge. */
export interface Facts {
  readonly stack: Pick<StackReader, "stack" | "retrainingArn" | "asleepSince" | "dataBucket" | "now">;
  readonly question: Question;
  readonly serving: Serving;
  readonly answer: Answer;
  readonly plain: PlainList;
  readonly model: Model;
  readonly filter: Filter;
  readonly promotionFilter: Filter;
  readonly events: Events;
  readonly lost: Lost;
  readonly consumer: Consumer;
  readonly rows: Rows;
  readonly item: ItemFacts | undefined;
  /** The archive and the quarantine were read from here on. */
  readonly from: Date;
  readonly suggest: Suggest;
}

/** The way of a request through the function, as the function's own code decides it. */
export interface Serving {
  readonly functionName: string;
  /** Absent for a request that the function refuses. */
  readonly found?: FoundPlacement;
  /** Absent for a list of popular items, and for a request that the function refuses. */
  readonly input?: GetRecommendationsRequest | undefined;
}

/** The function's answer. */
export type Answer =
  | {
      readonly kind: "list";
      readonly items: readonly string[];
      readonly source: string | undefined;
      readonly filterApplied: boolean;
    }
  /** The request is wrong. */
  | { readonly kind: "refused"; readonly message: string }
  /** The request may be right. */
  | { readonly kind: "failed"; readonly message: string };

/** The campaign's list without the filter. */
export type PlainList =
  | { readonly kind: "not asked"; readonly why: string }
  | { readonly kind: "refused"; readonly problem: string }
  | { readonly kind: "answered"; readonly items: readonly PlainItem[]; readonly asked: number };

/** An item as the service answers it. */
export interface PlainItem {
  readonly itemId?: string | undefined;
  readonly score?: number | undefined;
  readonly reason?: readonly string[] | undefined;
}

/** What the request's campaign serves. */
export type Model =
  /** The request has no campaign. */
  | { readonly kind: "none" }
  /** The campaign, or its version, does not exist. */
  | { readonly kind: "gone" }
  | {
      readonly kind: "found";
      readonly versionArn: string;
      /** A training uses what the datasets have when it begins. */
      readonly trainedAt: Date;
      readonly recipeName: string;
      /** Undefined for a recipe that this command does not know. */
      readonly recipe: Recipe | undefined;
    };

/** A filter of the request, as the service has it. */
export type Filter =
  | { readonly kind: "none" }
  /** It does not exist any more. */
  | { readonly kind: "gone"; readonly arn: string }
  | {
      readonly kind: "found";
      readonly arn: string;
      readonly expression: string;
      /** Undefined for an expression in a form that this command does not know. */
      readonly clauses: readonly Clause[] | undefined;
    };

/** An event of the visitor. */
export interface KnownEvent {
  readonly itemId: string;
  readonly eventType: string;
  /** The visitor's time. */
  readonly sentAt: Date;
  /** Absent for an imported one. */
  readonly arrivedAt?: Date;
  /** Why the service may not have it; absent where nothing speaks against it. */
  readonly doubt?: string;
}

/** The visitor's events, imported and archived. */
export interface Events {
  readonly known: readonly KnownEvent[];
  readonly extent: Extent;
  /** When the item was first in an event of anyone; that of an imported one is 1970. */
  readonly firstOfItem: Date | undefined;
  /** The place of the visitor's id in the imported rows, from 0. */
  readonly userColumn: number;
}

/** Records of the visitor, and updates of the item, that the quarantine bucket has. */
export interface Lost {
  readonly records: readonly LostRecord[];
  readonly extent: Extent;
}

export interface LostRecord {
  /** An event of the visitor, or an update of the visitor's or the item's row. */
  readonly of: "event" | "user" | "item";
  readonly object: StoredObject;
  readonly arrivedAt: Date;
  readonly fate: Refused | GivenUp;
}

export interface Refused {
  readonly kind: "refused";
  readonly reason: string | undefined;
}

/**
 * The record was in a batch that a mapping gave up. The batch's record does not say which of its
 * records the function had delivered before (Lambda guide, "Retain discarded batch records for a
 * Kinesis event source").
 */
export interface GivenUp {
  readonly kind: "given up";
  readonly functionName: string | undefined;
  /** `RetryAttemptsExhausted`, `RecordAgeExceeded`, … */
  readonly condition: string | undefined;
  readonly batchSize: number;
}

/** The consumer of events (`functions/ingest-events.ts`) and its event source mapping. */
export interface Consumer {
  readonly name: string;
  /** `Enabled`, `Disabled`, …; `deleted` when there is no mapping. */
  readonly state: string;
  /** The last change of the mapping. */
  readonly changedAt: Date | undefined;
  /** `OK`, or `PROBLEM: …` (API reference, EventSourceMappingConfiguration). */
  readonly lastResult: string | undefined;
}

/** A row of a dataset as the stack knows it: the imported one, or one that updates have changed. */
export interface KnownRow {
  readonly row: StoredRow | undefined;
  /** Where it is, or would be. */
  readonly object: StoredObject;
  /** When an update was last written; absent for an imported row. */
  readonly writtenAt?: Date | undefined;
}

/** Rows of which a filter or a refused update says something. */
export interface Rows {
  readonly user: Read<KnownRow>;
  /** The columns of the item that the request is about. */
  readonly currentItem: Read<Columns>;
}

/** The item that the question is about. */
export interface ItemFacts {
  readonly id: string;
  readonly row: Read<KnownRow>;
  /** It was in the dataset when the training began. */
  readonly wasTrained: Read<boolean>;
}

/** Writes a command of `recommender` for the stack's account; `text` has words of a shell. */
export type Suggest = (text: string) => string;
