import { tokenEncoderSuite, tokenEngineSuite } from '../token-engine-suite.ts';
import { openDecoder, openEncoder } from './open.ts';

tokenEngineSuite('the kernels', [], openDecoder);
tokenEncoderSuite('the kernels', [], openEncoder);
tokenEngineSuite('the kernels, two threads', [], (file) => openDecoder(file, { threads: 2 }));
tokenEncoderSuite('the kernels, three threads', [], (file) => openEncoder(file, { threads: 3 }));
