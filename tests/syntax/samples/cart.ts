import { Money as Cash, type Tax } from "./money";
import fs from "fs";

export interface Priced<T = Cash> extends Named {
  readonly price: T;
  total(count: number): T;
}

export enum Size { Small, Large = 10 }

/** A cart of one customer. */
@Injectable()
export abstract class Cart<T extends Priced> extends Base implements Priced, Closable {
  private items: T[] = [];
  static open = 0;
  #secret?: string;

  constructor(private readonly owner: string, limit = 10, ...tags: string[]) {
    super();
    this.limit = limit;
  }

  add(item: T): void;
  add(item: T, count: number): void;
  /** Adds an item. */
  @logged
  async add(item: T, count?: number): Promise<void> {
    const twice = (n: number): number => n * 2;
    for (const old of this.items) {
      if (old === item || !count) {
        return;
      }
    }
    this.items.push(item);
  }

  get size(): number { return this.items.length; }
  abstract close(): void;
  private onChange = async (event: Event) => { void event; };
}

export const totals = <T,>(items: T[], by: (item: T) => number) => items.map(by);

function outer(a: string, { b, c }: Options) {
  function inner() { return a ? b ?? c : a && b; }
  return inner;
}

const handlers = { open: () => 1, close() { return 2; } };
export default function* walk(): Generator<number> { yield 1; }
