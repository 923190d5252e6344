import type { Build } from './build.ts';

/** 64 hex characters of SHA-256 of each binary. Written by test/make-wasm.ts. */
export const digests: Readonly<Record<Build, string>> = {
  single: '0f513160303e26148bc280c18c67a3a63578aae0a94744e95080a38b908eb59e',
  shared: '160fceef436e37edeae3db7e56d2493b35a76d07d20767028aa4a3141339b713',
  single64: '9e4f70b7c44cffd81df05b502c4ed0f2bb7a483ca04a5a1efb63412b8b721480',
  shared64: '783e4e807857c535c1dbbbe2d6122d369ad2ccb6fcf14364b913346565b4deb3',
};
