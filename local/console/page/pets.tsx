// An item in words and as a picture: pets by the parts of their id, other items by their own columns.

export interface Pet {
  readonly species: "cat" | "dog";
  readonly breed: string;
  readonly size: string;
  readonly age: string;
  readonly sizeStep: number;
}

const sizes = ["very small", "small", "medium", "large", "very large"];
const ages = ["newborn", "young", "adult", "mature", "senior"];

/** `2-Saint_Bernard-3-2` is a medium young dog; undefined for an id of another form. */
export function petOf(itemId: string): Pet | undefined {
  const [, species, breed = "", size, age] = /^([12])-(.+)-([1-5])-([1-5])$/.exec(itemId) ?? [];
  if (species === undefined) return undefined;
  return {
    species: species === "1" ? "cat" : "dog",
    breed: breed.replaceAll("_", " "),
    size: sizes[Number(size) - 1] ?? "",
    age: ages[Number(age) - 1] ?? "",
    sizeStep: Number(size),
  };
}

/** The title of an item and what is said below it. */
export function wordsOf(
  itemId: string,
  columns: Readonly<Record<string, string>> = {},
): { title: string; facts: string[] } {
  const pet = petOf(itemId);
  if (pet) return { title: pet.breed, facts: [pet.species, pet.size, pet.age] };
  const facts = Object.entries(columns).filter(([name]) => name !== "CREATION_TIMESTAMP");
  return {
    title: itemId,
    facts: facts.slice(0, 4).map(([name, value]) => `${name.toLowerCase().replaceAll("_", " ")}: ${value}`),
  };
}

const colours = ["#b4552d", "#7a5c3e", "#8a6d1f", "#5f6f52", "#39698a", "#6b5b95", "#99486b", "#4f5d75"];

function colourOf(text: string): string {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return colours[sum % colours.length] ?? "#4f5d75";
}

/** A head of a cat or a dog; the bigger the pet, the bigger the head. */
export function Picture({ itemId }: { itemId: string }) {
  const pet = petOf(itemId);
  const colour = colourOf(pet?.breed ?? itemId);
  const scale = 0.7 + 0.06 * (pet?.sizeStep ?? 5);
  return (
    <svg class="picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <g transform={`translate(24 26) scale(${scale}) translate(-24 -26)`} fill={colour}>
        {pet === undefined && <rect x="9" y="11" width="30" height="30" rx="7" />}
        {pet?.species === "cat" && <path d="M8 6 L20 15 H28 L40 6 L41 29 A17 15 0 0 1 7 29 Z" />}
        {pet?.species === "dog" && (
          <>
            <path
              d="M10 10 C3 11 1 25 7 33 C12 33 14 24 16 17 Z M38 10 C45 11 47 25 41 33 C36 33 34 24 32 17 Z"
              opacity=".75"
            />
            <path d="M12 22 A12 13 0 0 1 36 22 C36 31 33 42 24 42 C15 42 12 31 12 22 Z" />
          </>
        )}
        {pet && (
          <g fill="#fff">
            <circle cx="18" cy="26" r="2.6" />
            <circle cx="30" cy="26" r="2.6" />
            <path d="M21 33 H27 L24 37 Z" />
          </g>
        )}
      </g>
    </svg>
  );
}
