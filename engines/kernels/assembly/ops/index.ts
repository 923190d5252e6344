export { addBias, addTo, divideBy, geluErf, siluTimes, softCap } from './activation';
export { attend, attentionScratch } from './attention';
export { cacheRows, clearBlock, slabBytes } from './cache';
export { layerNorm, rmsNorm, unitLength } from './norm';
export { rope } from './rope';
export {
  cutScratch,
  cutTokens,
  firstEqual,
  firstNotFinite,
  greatestOf,
  maskTokens,
  tokenAt,
  weighTokens,
  weightSum,
  weightTotal,
} from './sampling';
