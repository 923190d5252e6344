export { type Need, need } from './needs.ts';
export { type OpenApi, openApiFaults } from './openapi.ts';
export { chromiumPath, repositoryPath, sharedPath } from './paths.ts';
export { forAll, propertyRuns } from './properties.ts';
export { tempDir } from './temp-dir.ts';
export { type Vector, type Vectors, vectors } from './vectors.ts';
export { waitFor } from './wait-for.ts';
