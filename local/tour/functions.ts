import { partsOf } from "./data";
import { holds, type Journey } from "./journey";

interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Invokes one of the stack's functions as another team would, and returns its decoded body and headers. */
export async function invoke(journey: Journey, FunctionName: string, payload: unknown) {
  const { Payload, FunctionError } = await journey.aws.call("lambda", "Invoke", {
    FunctionName,
    Payload: Buffer.from(JSON.stringify(payload)),
  });
  const text = Buffer.from(Payload ?? []).toString("utf8");
  holds(FunctionError === undefined, `${FunctionName} failed: ${text}`);
  const reply: Reply = JSON.parse(text);
  holds(reply.statusCode === 200, `${FunctionName} answered ${reply.statusCode}: ${reply.body}`);
  return { body: JSON.parse(reply.body) as unknown, headers: reply.headers };
}

/** The ids that recommend-pets answers, in order; from the model, not from the fallback. */
export async function recommend(journey: Journey, request: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { body, headers } = await invoke(journey, journey.outputs.recommendFunctionName, request);
  const source = headers?.["x-recommendation-source"];
  holds(source === "personalize", `recommend-pets answered from ${source}, not from the campaign`);
  return (body as { id: string }[]).map(({ id }) => id);
}

const species: Readonly<Record<string, string>> = { "1": "cat", "2": "dog" };
const sizes = ["very small", "small", "medium", "large", "very large"];
const ages = ["newborn", "young", "adult", "mature", "senior"];

/** A group id in words: `2-Saint_Bernard-3-2` is a medium young dog. */
export function inWords(group: string): string {
  const { animal_species_id, animal_primary_breed_id, animal_size_id, animal_age_id } = partsOf(group);
  const breed = animal_primary_breed_id.replaceAll("_", " ");
  const size = sizes[Number(animal_size_id) - 1] ?? `size ${animal_size_id}`;
  const age = ages[Number(animal_age_id) - 1] ?? `age ${animal_age_id}`;
  return `${breed} (${size}, ${age} ${species[animal_species_id] ?? `species ${animal_species_id}`})`;
}

/** A list of groups on as few lines as read well. */
export function listInWords(groups: readonly string[]): string[] {
  return groups.map((group, i) => `${String(i + 1).padStart(4)}. ${inWords(group)}`);
}
