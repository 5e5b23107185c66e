'use strict';
const fs = require('fs');
import help, { sell as hand } from './sell.mjs';
export { price } from './price.mjs';

/**
 * A shop.
 */
class Shop extends events.Emitter {
  static count = 0;
  name = 'shop';
  open = () => this.emit('open');

  constructor(name, ...goods) {
    super();
    this.goods = goods;
  }

  async *visit({ who, when }, times = 1) {
    while (times-- > 0 && who) {
      yield await who;
    }
  }

  static of(name) { return new Shop(name); }
  get size() { return this.goods?.length ?? 0; }
}

function outer(a) {
  const inner = function (b) { return a || b; };
  return [1].map((n) => (n ? inner(n) : a)); // the nameless one counts into outer
}

const double = n => n * 2;
module.exports.close = function () { try { fs.close(); } catch (error) { } };
