/** Version of the programs of this repository. */
export const version = '0.1.0';
