/** The sections of `recommender bench`, in the order in which they run. */
export const sectionNames = ["account", "functions", "import", "recommender", "training"] as const;

export type SectionName = (typeof sectionNames)[number];
