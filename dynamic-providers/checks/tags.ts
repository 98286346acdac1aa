/** The service's rules for tags, with room for the three tags of the stack. */
export function checkTags(tags: Readonly<Record<string, string>>): string[] {
  const fits = (text: string, least: number, most: number) =>
    new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{${least},${most}}$`, "u").test(text);
  const entries = Object.entries(tags);
  const problems = entries
    .filter(([key, text]) => !fits(key, 1, 128) || !fits(text, 0, 256) || /^aws:/i.test(key))
    .map(
      ([key]) =>
        `"${key}": give a key of 1 to 128 and a value of at most 256 letters, digits, spaces or _.:/=+-@; no key begins with aws:.`,
    );
  return entries.length > 47
    ? [...problems, "Give at most 47 tags: a resource can have 50, and the stack adds three."]
    : problems;
}
