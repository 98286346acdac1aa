/** Types for the part of the package that the benchmark uses; the package has none. */
declare module "libmf" {
  export const Loss: { readonly ONE_CLASS_L2: number };

  export class Matrix {
    push(row: number, column: number, value: number): void;
  }

  export interface Options {
    loss: number;
    factors: number;
    threads: number;
    iterations: number;
    lambdaP2: number;
    lambdaQ2: number;
    /** Importance of the pairs that are not in the matrix. */
    alpha: number;
    quiet: boolean;
  }

  export class Model {
    constructor(options: Partial<Options>);
    fit(data: Matrix): void;
    /** Factors of the rows, and of the columns. */
    p(): number[][];
    q(): number[][];
    destroy(): void;
  }
}
