// The picture of an item.
import { type Columns, petOf } from "./item-words";

const colours = ["#a9653a", "#7a5c3e", "#b08a4a", "#8f969e", "#8b5a44", "#8d8a84", "#9a7b5f", "#7d7f6a"];

function colourOf(text: string): string {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return colours[sum % colours.length] ?? "#4f5d75";
}

/**
 * A head of a cat or a dog; the bigger the pet, the bigger the head. Items of one category have a
 * box of one colour.
 */
export function Picture({ itemId, columns = {} }: { itemId: string; columns?: Columns }) {
  const pet = petOf(itemId, columns);
  const category = Object.entries(columns).find(([name]) => /CATEGORY|GENRE|TYPE/.test(name))?.[1];
  const colour = colourOf(pet?.breed ?? category ?? itemId);
  const scale = 0.7 + 0.06 * Number(pet?.metadata.animal_size_id ?? 5);
  return (
    <svg class="picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <g transform={`translate(24 26) scale(${scale}) translate(-24 -26)`} fill={colour}>
        {pet === undefined && <rect x="9" y="11" width="30" height="30" rx="7" />}
        {pet?.species === "cat" && <path d="M8 6 L20 15 H28 L40 6 L41 29 A17 15 0 0 1 7 29 Z" />}
        {pet?.species === "dog" && (
          <>
            <circle cx="24" cy="25" r="15" />
            <path d="M12 12 C4 12 2 24 6 33 C12 34 15 26 15 16 Z M36 12 C44 12 46 24 42 33 C36 34 33 26 33 16 Z" />
            <path
              d="M12 12 C4 12 2 24 6 33 C12 34 15 26 15 16 Z M36 12 C44 12 46 24 42 33 C36 34 33 26 33 16 Z"
              fill="#000"
              opacity=".28"
            />
            <ellipse cx="24" cy="32" rx="8" ry="6.5" fill="#fff" opacity=".85" />
          </>
        )}
        {pet && (
          <g fill="#22201e">
            <circle cx="18.5" cy="24" r="2.2" />
            <circle cx="29.5" cy="24" r="2.2" />
            <path d="M21.4 29 H26.6 L24 32 Z" />
          </g>
        )}
      </g>
    </svg>
  );
}
