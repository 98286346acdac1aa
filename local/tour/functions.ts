import { partsOf } from "./data";
import { failUnless, type Journey } from "./journey";

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
  failUnless(FunctionError === undefined, `${FunctionName} failed: ${text}`);
  const reply: Reply = JSON.parse(text);
  failUnless(reply.statusCode === 200, `${FunctionName} returned ${reply.statusCode}: ${reply.body}`);
  return { body: JSON.parse(reply.body) as unknown, headers: reply.headers };
}

/** The ids that recommend-pets returns, in order. Throws when they come from the fallback and not from the model. */
export async function recommend(journey: Journey, request: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { body, headers } = await invoke(journey, journey.outputs.recommendFunctionName, request);
  const source = headers?.["x-recommendation-source"];
  failUnless(source === "personalize", `recommend-pets returned a list from ${source}, not from the campaign`);
  return (body as { id: string }[]).map(({ id }) => id);
}

const species: Readonly<Record<string, string>> = { "1": "cat", "2": "dog" };
const sizes = ["very small", "small", "medium", "large", "very large"];
const ages = ["newborn", "young", "adult", "mature", "senior"];

/** A group id in words: `2-Saint_Bernard-3-2` is a medium young dog. */
export function describeGroup(group: string): string {
  const { animal_species_id, animal_primary_breed_id, animal_size_id, animal_age_id } = partsOf(group);
  const breed = animal_primary_breed_id.replaceAll("_", " ");
  const size = sizes[Number(animal_size_id) - 1] ?? `size ${animal_size_id}`;
  const age = ages[Number(animal_age_id) - 1] ?? `age ${animal_age_id}`;
  return `${breed} (${size}, ${age} ${species[animal_species_id] ?? `species ${animal_species_id}`})`;
}

/** Group ids in words, as a numbered list. */
export function describeList(groups: readonly string[]): string[] {
  return groups.map((group, i) => `${String(i + 1).padStart(4)}. ${describeGroup(group)}`);
}
