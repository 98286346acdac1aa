// A stack with a past, and what is true of it: what the service has, what its model knows, and
// which parts of the records somebody has lost.
import fc from "fast-check";
import { availability, type Clause, type Columns, clause, columns, hasParameter, promoted } from "./filters.mts";

export const hour = 3_600_000;
const day = 24 * hour;
export const now = new Date("2026-12-01T12:00:00Z");
export const visitor = "v";
/** Items of the catalogue; `nowhere` is in none, and perhaps in events. */
const smallIds = ["i0", "i1", "i2", "i3"];
const someIds = Array.from({ length: 14 }, (_, index) => `i${index}`);
const manyIds = Array.from({ length: 60 }, (_, index) => `i${index}`);
export const nowhere = "nowhere";

/** The way of an event; `waiting` ones are on the stream while nothing takes them. */
type Fate = "imported" | "delivered" | "refused" | "given up" | "waiting";
export interface WorldEvent {
  readonly of: string;
  readonly item: string;
  readonly type: string;
  readonly fate: Fate;
  /** The service has it; of one in a batch that was given up nobody knows. */
  readonly isWithService: boolean;
  readonly arrivedAt: Date;
}

export interface WorldItem {
  readonly id: string;
  readonly columns: Columns;
  /** Undefined where it was imported. */
  readonly addedAt: Date | undefined;
}

export type Lost = "kept" | "deleted" | "unreadable";

export interface World {
  readonly born: Date;
  readonly trainedAt: Date;
  readonly days: number;
  readonly items: readonly WorldItem[];
  readonly events: readonly WorldEvent[];
  /** The model's items: the best for the visitor first. */
  readonly ranking: readonly string[];
  readonly user: Columns;
  readonly kinds: readonly string[];
  readonly open: boolean;
  readonly placement: "recommendation" | "crowd" | "similar" | "popular";
  readonly hasColumns: boolean;
  readonly relatedTo: string;
  readonly filter: "none" | "chosen" | "misspelt";
  readonly clauses: readonly Clause[];
  readonly promotion: { readonly percent: number; readonly clauses: readonly Clause[] } | undefined;
  readonly isFilterGone: boolean;
  readonly campaign: "answers" | "throttles" | "throttles explain";
  readonly consumer: "Enabled" | "Disabled" | "PROBLEM";
  readonly haltedAt: Date;
  readonly item: string | undefined;
  readonly refusedUpdateAt: Date | undefined;
  /** Of the archive's object of an hour. */
  lostOfHour(time: Date): Lost;
  readonly isQuarantineUnreadable: boolean;
  readonly isRowUnreadable: boolean;
  readonly isUserUnreadable: boolean;
}

const rarely = fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const share = fc.integer({ min: 0, max: 1000 }).map((part) => part / 1000);

const event = fc.record({
  of: fc.constantFrom(visitor, visitor, "another"),
  item: fc.constantFrom(...smallIds, nowhere),
  type: fc.constantFrom("view", "Buy"),
  fate: fc.constantFrom<Fate>("imported", "delivered", "delivered", "delivered", "refused", "given up"),
  at: share,
  isWithService: fc.boolean(),
});

/** What a sound stack has instead. */
const sound = {
  days: 60,
  isFilterGone: false,
  campaign: "answers",
  consumer: "Enabled",
  isAllKept: true,
  isQuarantineUnreadable: false,
  isRowUnreadable: false,
  isUserUnreadable: false,
};

const drawn = fc.record({
  isSound: fc.boolean(),
  bornDays: fc.oneof(fc.integer({ min: 2, max: 29 }), fc.integer({ min: 31, max: 45 })),
  days: fc.constantFrom(30, 30, 60),
  trained: share,
  ids: fc.constantFrom(smallIds, someIds, manyIds),
  rows: fc.array(columns, { minLength: 10, maxLength: 10 }),
  added: fc.array(fc.option(share, { freq: 3 }), { minLength: 4, maxLength: 4 }),
  isTakenIn: fc.boolean(),
  events: fc.oneof(fc.array(event, { maxLength: 2 }), fc.array(event, { maxLength: 10 })),
  order: fc.infiniteStream(fc.nat()).map((stream) => Array.from({ length: 61 }, () => stream.next().value as number)),
  user: columns,
  kinds: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 2 }),
  open: fc.boolean(),
  placement: fc.constantFrom(...Array(6).fill("recommendation"), "crowd", "similar", "popular"),
  hasColumns: fc.boolean(),
  relatedTo: fc.constantFrom(...smallIds),
  filter: fc.constantFrom("none", "none", ...Array(6).fill("chosen"), "misspelt"),
  clauses: fc.array(clause, { minLength: 1, maxLength: 3 }),
  hasAvailability: fc.boolean(),
  promotion: fc.option(fc.record({ percent: fc.constantFrom(20, 50), clauses: fc.tuple(promoted) }), {
    freq: 2,
    nil: undefined,
  }),
  isFilterGone: rarely,
  campaign: fc.constantFrom("answers", "answers", "answers", "answers", "throttles", "throttles explain"),
  consumer: fc.constantFrom("Enabled", "Enabled", "Enabled", "Enabled", "Disabled", "PROBLEM"),
  halted: share,
  item: fc.option(fc.constantFrom(...smallIds, nowhere), { freq: 6, nil: undefined }),
  refusedUpdate: fc.option(share, { freq: 1, nil: undefined }),
  lost: fc.array(fc.constantFrom<Lost>("kept", "kept", "deleted", "deleted", "unreadable"), {
    minLength: 7,
    maxLength: 7,
  }),
  isAllKept: fc.boolean(),
  isQuarantineUnreadable: rarely,
  isRowUnreadable: rarely,
  isUserUnreadable: rarely,
});

export const worlds: fc.Arbitrary<World> = drawn.map((all) => {
  const given = all.isSound ? { ...all, ...sound } : all;
  const { bornDays, added, rows, isTakenIn, order, placement, lost } = given;
  const born = new Date(now.getTime() - bornDays * day);
  /** Somewhere between the beginning and an hour ago, at a minute of the hour. */
  const at = (part: number, minute: number) =>
    new Date(born.getTime() + Math.floor(part * (bornDays * 24 - 2)) * hour + minute * 60_000);
  const trainedAt = new Date(Math.max(Number(at(given.trained, 30)), now.getTime() - 28 * day));
  const haltedAt = at(given.halted, 45);
  const items = given.ids.map((id, index): WorldItem => {
    const part = index < added.length ? added[index] : undefined;
    const addedAt = part === null || part === undefined ? undefined : at(part, 20);
    return { id, columns: rows[index % rows.length] ?? {}, addedAt };
  });
  const events = given.events.map(({ at: part, ...event }, index): WorldEvent => {
    const arrivedAt = new Date(at(part, 10).getTime() + index * 1000);
    const isHalted = given.consumer !== "Enabled" && arrivedAt > haltedAt;
    const sent = given.isSound && event.fate === "given up" ? "delivered" : event.fate;
    const fate = isHalted && sent !== "imported" ? "waiting" : sent;
    const isWithService = fate === "given up" ? event.isWithService : fate === "imported" || fate === "delivered";
    return { ...event, type: fate === "refused" ? "Swim" : event.type, fate, isWithService, arrivedAt };
  });
  const isLearned = (id: string) =>
    events.some(
      ({ item, fate, isWithService, arrivedAt }) =>
        item === id && isWithService && (fate === "imported" || arrivedAt < trainedAt),
    );
  const isTrained = ({ addedAt }: WorldItem) => addedAt === undefined || addedAt <= trainedAt || isTakenIn;
  const known = [
    ...items.flatMap((item) => (isTrained(item) || isLearned(item.id) ? item.id : [])),
    ...(isLearned(nowhere) ? [nowhere] : []),
  ];
  const ranking = known
    .map((id, index) => ({ id, rank: order[index] ?? 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ id }) => id);
  const ofCampaign = placement !== "popular";
  const chosen = ofCampaign ? given.filter : "none";
  const byDefault = given.hasAvailability && ofCampaign ? [availability] : [];
  return {
    ...given,
    born,
    trainedAt,
    haltedAt,
    items,
    events,
    ranking,
    placement: placement as World["placement"],
    filter: chosen as World["filter"],
    clauses: chosen === "chosen" ? given.clauses : byDefault,
    promotion: placement === "recommendation" ? given.promotion : undefined,
    isFilterGone: given.isFilterGone && (chosen === "chosen" || byDefault.length > 0),
    campaign: given.campaign as World["campaign"],
    consumer: given.consumer as World["consumer"],
    refusedUpdateAt: given.refusedUpdate === undefined ? undefined : at(given.refusedUpdate, 15),
    lostOfHour: (time) =>
      given.isAllKept ? "kept" : (lost[Math.floor(time.getTime() / hour) % lost.length] ?? "kept"),
  };
});

export const needsKinds = (world: World): boolean => world.filter === "chosen" && hasParameter(world.clauses);
