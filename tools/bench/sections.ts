/** The sections of `recommender bench`, in the order in which they run. */
<<<<<<< HEAD
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
=======
export const sectionNames = ["account", "functions", "import", "recommender", "training"] as const;
>>>>>>> 2fb872ea (wip)

export type SectionName = (typeof sectionNames)[number];
