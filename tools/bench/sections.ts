/** The sections of `recommender bench`, in the order in which they run. */
export const sectionNames = [
  "account",
  "engine",
  "faults",
  "functions",
  "import",
  "recommender",
  "soak",
  "training",
] as const;

export type SectionName = (typeof sectionNames)[number];

/** Sections that take an hour or more run only when they are chosen. */
export const shortSections = sectionNames.filter((name) => name !== "faults" && name !== "soak");
