import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Aws } from "../../../cli/stack/aws";
import { interactionsCsv, itemsCsv, readCatalogue } from "../../../demo/generator/csv";
import { generate } from "../../../demo/generator/generate";

/** PutRecords takes at most 500 records (Kinesis quotas). */
const recordsPerCall = 500;
/** One of so many records is not JSON: less than the share from which the alarm of the quarantine fires. */
const badEvery = 500;
const eventsPerSession = 5;
const visitors = 300;
const sizes = 5;
const ages = 4;

/** Writes the data of the first import into `folder`; returns the configuration that imports them. */
export function writeSeed(folder: string): { interactionsFile: string; itemsFile: string } {
  const catalogue = readCatalogue(readFileSync(join(__dirname, "../../../seed/catalogue.csv"), "utf8"));
  const data = generate(catalogue, { users: visitors });
  const files = { interactionsFile: join(folder, "interactions.csv"), itemsFile: join(folder, "items.csv") };
  writeFileSync(files.interactionsFile, interactionsCsv(data));
  writeFileSync(files.itemsFile, itemsCsv(data));
  return files;
}

export interface Traffic {
  /** Puts so many records on the stream, and repeats those that the service refuses. */
  send(count: number): Promise<void>;
  /** Records so far. */
  readonly good: number;
  readonly bad: number;
}

/**
 * `pause` is called after each call, so that the stream's quotas of a second have time to pass. The records of a call arrive at
 * the same time, so none of them has both the visitor and the item of another: the service would keep only one of the two.
 */
export function createTraffic(aws: Aws, StreamName: string, pause: () => Promise<unknown>): Traffic {
  let good = 0;
  let bad = 0;
  const nextRecord = () => {
    const number = good + bad;
    const session = `s-${Math.floor(number / eventsPerSession)}`;
    if (number % badEvery === badEvery - 1) {
      bad++;
      return { PartitionKey: session, Data: Buffer.from("not JSON") };
    }
    good++;
    const event = {
      sessionId: session,
      userId: String(10_000 + (number % visitors)),
      eventType: "DetailView",
      eventId: `e-${number}`,
      animalMetadata: {
        animal_species_id: "2",
        animal_primary_breed_id: "Beagle",
        animal_size_id: String(1 + (Math.floor(number / visitors) % sizes)),
        animal_age_id: String(1 + (Math.floor(number / visitors / sizes) % ages)),
      },
    };
    return { PartitionKey: session, Data: Buffer.from(JSON.stringify(event)) };
  };
  const put = async (records: ReturnType<typeof nextRecord>[]) => {
    for (let left = records; left.length > 0; ) {
      const { Records: results = [] } = await aws.call("kinesis", "PutRecords", { StreamName, Records: left });
      left = left.filter((_, place) => results[place]?.ErrorCode !== undefined);
      await pause();
    }
  };
  return {
    async send(count) {
      for (let sent = 0; sent < count; sent += recordsPerCall) {
        await put(Array.from({ length: Math.min(recordsPerCall, count - sent) }, nextRecord));
      }
    },
    get good() {
      return good;
    },
    get bad() {
      return bad;
    },
  };
}
