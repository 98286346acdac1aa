// 10,000 English compound names, as programs give them to members: any of them can have a value
// that is equal to a visitor's id.
const first = `user visitor customer session guest member client account person login profile shop page section season
lesson version mission set tier view product order cart basket store branch region country city street house floor room
seat table menu list group team class level grade score rank rate price total sum count index row column cell line item
pet dog cat bird animal breed size color weight height length width depth age year month week day hour minute second
start end first last next previous new old active total2 average number max min query search filter sort click scroll
device screen browser`;
const second = `id ids key uuid guid hash token ref code name no nr num number mail email count counts total sum user
users visitor visitors customer session sessions guest member client account person login profile value oid s n type kind
status state level rank order index page size limit offset length width height depth weight score rate rating price cost
amount quantity year month week day hour minute second date time start end step steps group team class tier set list view
views click clicks visit visits item product category tag label title text note version lesson season section mission
region`;
const words = (text: string): string[] => [...new Set(text.split(/\s+/))].slice(0, 100);
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const styles: readonly ((a: string, b: string) => string)[] = [
  (a, b) => a + capital(b),
  (a, b) => `${a}_${b}`,
  (a, b) => `${a}-${b}`,
  (a, b) => `${a}${b}`.toUpperCase(),
  (a, b) => `${b}Of${capital(a)}`,
];

/** Each pair of words has a style. Without the contract's names, in any of their spellings. */
export const compoundNames: readonly string[] = words(first)
  .flatMap((a, i) => words(second).map((b, j) => styles[(i + j) % styles.length]?.(a, b) ?? a))
  .filter((name) => !/^(user|session)[_-]?id$/i.test(name));
