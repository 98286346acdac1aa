import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketName, physicalName } from "../../components/support/names.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);

test("a name is valid for Personalize, with parts of any length", () => {
  fc.assert(
    fc.property(word, word, word, (project, stack, part) => {
      expect(physicalName(project, stack, part)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/);
    }),
  );
});

test("long names of two stacks do not meet", () => {
  const long = "a-very-long-name-of-a-stack-that-does-not-fit-into-sixty-three";
  expect(physicalName("recommender", `${long}-one`, "events")).not.toBe(
    physicalName("recommender", `${long}-two`, "events"),
  );
});

test("a stack whose name the service would refuse is refused at once", () => {
  expect(() => physicalName("recommender", "dev.eu", "events")).toThrow(
    'The name "recommender-dev.eu-events" is not one that Personalize takes. Use letters, digits, - and _ in the stack\'s name.',
  );
});

test("the name of a bucket is valid for S3 and ends with the account", () => {
  expect(bucketName("recommender", "Dev_1", "data", "111122223333")).toBe("recommender-dev-1-data-111122223333");
  fc.assert(
    fc.property(word, word, (stack, part) => {
      const name = bucketName("recommender", stack, part, "111122223333");
      expect(name).toMatch(/^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/);
    }),
  );
});
