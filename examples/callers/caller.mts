// Calls the recommender from Node.js: `node caller.mts <stack> <session> [placement]`. Region and
// credentials are those of the environment. It needs recommender-contract, these clients, and
// Node.js 22.18 or later, which runs TypeScript.
import { Kinesis } from "@aws-sdk/client-kinesis";
import { Lambda } from "@aws-sdk/client-lambda";
import { ParameterNotFound, SSM } from "@aws-sdk/client-ssm";
import {
  chooseVariant,
  type Experiment,
  type FunctionReply,
  type RecommendAnswer,
  type RecommendRequest,
  type RerankAnswer,
  type RerankRequest,
  toAnimalGroupId,
  type UserUpdate,
  type VisitorEvent,
} from "recommender-contract";

const ssm = new SSM();
const kinesis = new Kinesis();
const lambda = new Lambda();

/**
 * Reads a name that the stack published. Keep it: it changes only when the stack is created again.
 */
async function readName(stack: string, path: string): Promise<string> {
  const { Parameter } = await ssm.getParameter({ Name: `/animal-recommender/${stack}/${path}` });
  if (!Parameter?.Value) throw new Error(`/animal-recommender/${stack}/${path} has no value`);
  return Parameter.Value;
}

/** Reads the value of a part that not every stack has. */
async function readOptional(stack: string, path: string): Promise<string | undefined> {
  try {
    return await readName(stack, path);
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

/** Records with one partition key stay in order: events of a session, updates of a user. */
async function send(StreamName: string, PartitionKey: string, record: VisitorEvent | UserUpdate): Promise<void> {
  await kinesis.putRecord({ StreamName, PartitionKey, Data: Buffer.from(JSON.stringify(record)) });
}

/**
 * Returns the answer with the headers. Throws when the function failed (`FunctionError`) or refused
 * the request.
 */
async function invoke<Answer>(FunctionName: string, request: RecommendRequest | RerankRequest) {
  const { Payload, FunctionError } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(request) });
  const text = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError) throw new Error(`${FunctionName} failed: ${text}`);
  const { statusCode, headers = {}, body } = JSON.parse(text) as FunctionReply;
  if (statusCode !== 200) throw new Error(`${FunctionName} replied ${statusCode}: ${body}`);
  return { answer: JSON.parse(body) as Answer, headers };
}

const pug = {
  id: "pet-1",
  animal_species_id: "2",
  animal_primary_breed_id: "Pug",
  animal_size_id: "1",
  animal_age_id: "4",
};
const siamese = {
  id: "pet-2",
  animal_species_id: "1",
  animal_primary_breed_id: "Siamese",
  animal_size_id: "1",
  animal_age_id: "2",
};
const pets = [pug, siamese];

const [stack = "dev", sessionId = "s-7f3a", placement] = process.argv.slice(2);
const stream = await readName(stack, "kinesis-stream/name");
const recommend = await readName(stack, "personalize/recommendation/function-name");
const rerank = await readName(stack, "personalize/reranking/function-name");

const { answer: recommended, headers } = await invoke<RecommendAnswer>(recommend, { sessionId, limit: 5 });
/** Known without a request, for other parts of the page that the experiment changes. */
const experiment = await readOptional(stack, "experiment");
const variant = experiment && chooseVariant(JSON.parse(experiment) as Experiment, { sessionId });
/** The model recommends groups; these are the site's own pets in them. */
const shown = recommended.flatMap(({ id }) => pets.filter((pet) => toAnimalGroupId(pet) === id));

const { id, ...animalMetadata } = shown[0] ?? pug;
const recommendationId = headers["x-recommendation-id"];
await send(stream, sessionId, {
  sessionId,
  eventType: "DetailView",
  animalMetadata,
  ...(recommendationId ? { recommendationId } : {}),
});

/** The visitor's answers at sign-in: values of columns that the stack's users have. */
const userId = `user-${sessionId}`;
if (await readOptional(stack, "personalize/users-dataset/arn")) {
  await send(stream, userId, { userUpdate: { userId, properties: { HOME: "flat" } } });
}

/** Items like the one that the visitor looks at, at a placement that is about an item. */
const itemId = toAnimalGroupId(animalMetadata);
const similar = placement ? (await invoke<RecommendAnswer>(recommend, { placement, itemId, limit: 5 })).answer : [];

const itemMetadataList = pets.map(({ id, ...attributes }) => ({ itemId: id, animalMetadata: attributes }));
const { answer } = await invoke<RerankAnswer>(rerank, { sessionId, itemMetadataList });

const idsOf = (items: RecommendAnswer) => items.map((item) => item.id);
console.log(
  JSON.stringify({
    recommended: idsOf(recommended),
    viewed: id,
    similar: idsOf(similar),
    ranking: answer.ranking,
    variants: [variant, headers["x-recommendation-variant"]],
  }),
);
