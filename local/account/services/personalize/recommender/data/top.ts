/**
 * The indices of the `count` largest values, best first, equal values by index. `keep` drops
 * indices; it is asked only for those that would enter the list.
 */
export function selectBest(
  values: ArrayLike<number>,
  count: number,
  keep: (index: number) => boolean = () => true,
): number[] {
  const heap: number[] = [];
  if (count <= 0) return heap;
  // No value is at most NaN: until the heap is full, every index may enter.
  let worst = Number.NaN;
  for (let index = 0; index < values.length; index++) {
    // The earlier of two equal indexes is in the heap already, and stays.
    if ((values[index] ?? 0) <= worst) continue;
    if (!keep(index)) continue;
    if (heap.length < count) {
      heap.push(index);
      siftUp(heap, values);
    } else {
      heap[0] = index;
      siftDown(heap, values);
    }
    if (heap.length === count) worst = values[heap[0] ?? 0] ?? 0;
  }
  return heap.sort((a, b) => (isWorse(values, a, b) ? 1 : -1));
}

/** Returns whether `a` has the smaller value or, if they are equal, the larger index. */
function isWorse(values: ArrayLike<number>, a: number, b: number): boolean {
  const difference = (values[a] ?? 0) - (values[b] ?? 0);
  return difference < 0 || (difference === 0 && a > b);
}

/** The worst of the kept indices is at the root. */
function siftUp(heap: number[], values: ArrayLike<number>): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!swapIf(heap, child, parent, values)) return;
    child = parent;
  }
}

function siftDown(heap: number[], values: ArrayLike<number>): void {
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && isWorse(values, heap[right] ?? 0, heap[left] ?? 0) ? right : left;
    if (!swapIf(heap, child, parent, values)) return;
    parent = child;
  }
}

/** Swaps when the child is worse than its parent. */
function swapIf(heap: number[], child: number, parent: number, values: ArrayLike<number>): boolean {
  const below = heap[child] ?? 0;
  const above = heap[parent] ?? 0;
  if (!isWorse(values, below, above)) return false;
  heap[child] = above;
  heap[parent] = below;
  return true;
}
