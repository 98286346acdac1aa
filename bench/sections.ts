/** What `recommender bench` measures, in its order. */
export const sectionNames = ["account", "engine", "functions", "fuzz", "import", "recommender", "training"] as const;

export type SectionName = (typeof sectionNames)[number];
