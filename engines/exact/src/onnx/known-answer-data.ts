// Written by test/make-known-answer.ts; a test compares it.
import type { TensorSignature } from '@isobit/model';

export const knownAnswer: {
  /** The model file, base64. */
  readonly model: string;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** Input bytes by name, hex. */
  readonly values: Readonly<Record<string, string>>;
  /** Digest of the response and root of the trace, both with a salt of zeros. */
  readonly response: string;
  readonly trace: string;
} = {
  model:
    'CAgSC2lzb2JpdC10ZXN0OuwZCjIKBWltYWdlCgZrZXJuZWwKBGJpYXMSBGNvbnYiBENvbnYqDwoEcGFkc0IEAQEBAaABBwoSCgRjb252EgRyZWx1IgRSZWx1Cj4KBHJlbHUSBHBvb2wiB01heFBvb2wqFQoMa2VybmVsX3NoYXBlQgICAqABByoQCgdzdHJpZGVzQgICAqABBwoaCgRwb29sCgRmbGF0EgNyb3ciB1Jlc2hhcGUKQwoDcm93Cgd3ZWlnaHRzCgZvZmZzZXQSBGdlbW0iBEdlbW0qDwoFYWxwaGEVMzMzP6ABASoOCgRiZXRhFWZmpj+gAQEKJQoEZ2VtbRIHY2xhc3NlcyIHU29mdG1heCoLCgRheGlzGAGgAQIKEgoEZ2VtbRIEdGFuaCIEVGFuaAoQCgR0YW5oEgNleHAiA0V4cAoPCgNleHASA2VyZiIDRXJmCiwKA2VyZgoEYXhlcxIDc3VtIglSZWR1Y2VTdW0qDwoIa2VlcGRpbXMYAaABAgodCgR0aW55CgVzbWFsbBIJc3Vibm9ybWFsIgNNdWwKHwoEdGlueRIGdGlueTY0IgRDYXN0KgkKAnRvGAugAQIKIwoGdGlueTY0CgdzbWFsbDY0EgtzdWJub3JtYWw2NCIDTXVsChcKBHRpbnkKBHRpbnkSBHplcm8iA1N1YgoWCgR6ZXJvCgR6ZXJvEgNuYW4iA0RpdgoWCgNuYW4KBHRpbnkSBG5hbnMiA0FkZAoYCgNiaWcKA2JpZxIHd3JhcHBlZCIDTXVsCh0KBGdlbW0SBGhhbGYiBENhc3QqCQoCdG8YCqABAgoRCgRoYWxmEgRzaW5lIgNTaW4KEwoEc2luZRIGY29zaW5lIgNDb3MSAWcqowEKBAQBAwMQAUIGa2VybmVsSpABtOAePsDeR77AqQc+IOT9PsDENz5ARzE+IJSnviEvxD6YP1Q+nLKnPlgqdT4IJya+jHmWPqSWnb60k6M9WFCIvrcElb7WPJM+4Bu+PiAfsD6g/sa+8JXyvJjibD7IMwm+qPphvgjoBr4MY9Y+3NS9PlBWpb0QHZK9zLCjPmSQp77T8a6+LIA6vnjy+72AXpM7Kh0KAQQQAUIEYmlhc0oQUzT+PGblH72aD9k85hzLPSodCgECEAdCBGZsYXRKEAEAAAAAAAAAQAAAAAAAAAAqkhAKAkAIEAFCB3dlaWdodHNKgBA+p749GtjvvbPLoj2tVZg+s4XcPea71D0mGEm+wWtrPray/j27PEk+aBkTPgpix73bkTQ+Kxs9vthKRD2dkyO+ddIyvmevMD5zIWQ+jVhTPibLbr4qjZG8jiEOPoqkpL1llge+PeOhvdShgD47zGM+k2dGvRNWL73CbUQ+qxNJvv3uUb4Czd+9FSuXvc3XMDs2TJE+AJOfvDrBGz5gxii+SD4dvYhwZT5o9EM+PRfsvabzrzwI71Q+Ngj2Pev1br5yVVs9Kpl6vi+h6j3Tw3a9vVf1PTUOF75dqpC9bc90vboNSb1ybYg+hrsqvfqYkr5UdBi+QothvvILzT2a6Ze+TFIDvg3RBr4zBkq9pkEtvttZOj5Nwkq8pva7POjXVT5dPYs9UAL1PVY1k77X5AQ9Wj38vDOg1TuQG8k9Ssj/vWYl67uOiYs+uF83vpOSPDxwm3k+LZ+GPQg+lb5iz6s9Lf+2PUAweL1KMTs+RgfkPdCFBb6K2jM+WDCYPprrjLsDSD6+xXcpPf2V1D2epV4+k4gxPSM17T21OH6+w2KFPnN3fb6MwR2+E+nlvA7+Oj5mw+m9ZrRdPk38Ir7OLTs+YLZfveB8K73G2Za+VBzavagHAD5uc0g+G8o0PqTFmD5N+mA9xhhdPqbL7L3Q2Ze+BQcXvmbfizwNo7Q9cyHkPXNZ0z2atem7ply/PSp9gD7a3989RhdjvrhfKz2SVzC+ObbYPXNmDb3tQNy9xmnjPYaBsb1t5Je9EE0cvtNdz732Pmq+iinUPJ9AkD69ffY9TSYyPDhcSD6+VDg+Q2fdvU17W7yApFG8W7lfvhPlbT6aqr69ZiiXvs+ZhT2AEIe9jbV3vgzMYr7WaGi+cVBnvrXcJT57QwE+UPL4PYrYsr2Y2yy+g3aOvEiGgj4tJeW9vaJ4vh4wbT4QI7G9MoCUPprqKL5/4hm+oFNJPQqfkT4GbRe++qEOPqaP773G+EM+bZ8Cvs2Sbzxgvws+Zsx7PCap7z0mh+E9OkYMvm1yX76UiCU+wjaQvnB9Y76alna7ALC1vJpgpb1m4PM9ACecPZo5PT1mob29zaAivWZAI73NZF49AO/lveYChT7Ab4Q+miGNPZpfcb0Ax2w+GkQNvgB/jL4uYW29+hl4vfFchj6UJJI+7bqPvsh/T73jw5W9xc9JvraTdD4GGvy9RYuLPn25BT6FzZY+MFcuPk39obxgC9A9o9lyPqDP7L3wBi4+8+1xPXrQmj3z1xI9Q69+vuQafD7ypBY+hOCRvjL0vz1VLQK+mBBGPjj7DD55nYo+Gml7PH7mbT7iJDe+9G9nvgRJKb6aGHs+rZk3Pu22Db7aQ9m94BtcPnpSKT7zVvI9wO35PSAIOb4UmEo+YpJGPg7eIj5eqSi+F3lUvprmfr6j0xy+056+vTMkVrwA1FO74l6Gvjcj1r1Ky5k9qzF5Pmh8QL4Xuoy+8TsYvpK2LD5mxlq6pgGoPU1rLD3GbGy+CAo+PhNxGr3QaKs9Ks+XPbAc3r3FHWu+pUNWPcCgAD3wVik+QAU9va4wjL7M75Y+3f41PoP+Nz4KDiO+Ykw6vvXX0D12vIM+gG9lvQAfhrzdxpA+2jHWPQC+Y7wNheQ9zW2NPJqhFDvaYfc9U68FPq2YAr5G2hK+ipeKvhIXUL6kGFk+AIRVu6DU1b3IRJi+aXF0vj+ukz6Alzo+AHBUPXN2kj4A3zM+5vMHPs2mTD7aT5Q+ZgC2Pc2T0D2aIWG+gbI0Pv1Asb32gs09ZpweuyKoeT5axq+8z56Pvh+c0j12zmm+tfpUvnpslz7NHG29zXIIvebOiL70gYI++kUWvSp8nz3h75M+wNwwPkAYKj7mipO9WsQrvvQZCj45Coi+IqiRvh8IUz6G6VO98g5ePopbuj3oixG+rg1Wvo31fr6KhV49jWUoPa1GxT1CQ4G+KNgIvui9Er4Vvnq+wKpDvjdScr5mBQW+eqBTPrrRcr66fh28Lq9/PpIiib55gPs9Oh3cPVqZWb0ljJW+PMNfvgrUOL7WZPI9XpxEPv0WvT0VFy6+08g1vNNsJb5hUSg+KXeUvteHDb49dOa942iQva1aPb2TcTO9z9+BvsXSi75ZrHU+pnqAvhPAVTyBRYY++0Y7PlgJP74vS4a+YWoovnJogT425C0+Exu0vdvBjT7gFPW9yhB7vt6Jrb3W/LU9mm7Tu9ox7rym5YG8cIm0PSbNrTzE3o++Zd4ZPe3NaD4g1R0+hn9jPvMYqb3Nuk28RmFbvgpJ1DzwL+K984OMvK7EOz7mcxu8RuxsvWhKRT6XL44+Gh8CvFbsiL0tsSq9SLtFPgaHDz2RDoA+gVKOPkr5jT6+xWa+vmFqPdCCAj6tcv+9gK2evD3OYL6eqlE+1TUKvlqthL5HgVu+XGNKPlYPTL4LbZe+FH0bPuaV973AfXQ+840vvi0IjT59IpW9eHMqvihLLb3qlzS+HhuCvRgfBj5NUWq8ci0UPvC6zD0w7fM9AluDPlj3ID4QiuC9GMYTPq4jdr4yGHU9BssTvoD2C72294++yieNPgBJ4zuOITg+7uBCPo0Z07yVQRQ+OqhGPeIZjb5BZoc+NkRSvrvOl74yf5e9DcGNvSAlcL5xG5+9WvuYvG2nMD0I0DE+2oimPA/wl76PHVE+XACUvnG9cT3cr5G+ezqtvXCtxr25/YO+EHhfvvWg1L3+a5I+8y9OPSPVbD5zfEi91pRnPiovCgEIEAFCBm9mZnNldEogUzR+PWbln72aD1k95hxLPs0Dkz2a0o09GhAGvoHyHD4qFQoBARAHQgRheGVzSggBAAAAAAAAACoSCgEBEAFCBXNtYWxsSgT/5tsuKhgKAQEQC0IHc21hbGw2NEoIcqCuYbDyuAMqFAoBAhAGQgNiaWdKCP///38BAAEAWh8KBWltYWdlEhYKFAgBEhAKAggBCgIIAQoCCAgKAggIWhIKBHRpbnkSCgoICAESBAoCCAFiGQoHY2xhc3NlcxIOCgwIARIICgIIAQoCCAhiFQoDc3VtEg4KDAgBEggKAggBCgIIAWIXCglzdWJub3JtYWwSCgoICAESBAoCCAFiGQoLc3Vibm9ybWFsNjQSCgoICAsSBAoCCAFiEgoEbmFucxIKCggIARIECgIIAWIVCgd3cmFwcGVkEgoKCAgGEgQKAggCYhgKBmNvc2luZRIOCgwIChIICgIIAQoCCAhCBAoAEBE=',
  inputs: [
    {
      name: 'image',
      datatype: 'FP32',
      shape: [1, 1, 8, 8],
    },
    {
      name: 'tiny',
      datatype: 'FP32',
      shape: [1],
    },
  ],
  outputs: [
    {
      name: 'classes',
      datatype: 'FP32',
      shape: [1, 8],
    },
    {
      name: 'sum',
      datatype: 'FP32',
      shape: [1, 1],
    },
    {
      name: 'subnormal',
      datatype: 'FP32',
      shape: [1],
    },
    {
      name: 'subnormal64',
      datatype: 'FP64',
      shape: [1],
    },
    {
      name: 'nans',
      datatype: 'FP32',
      shape: [1],
    },
    {
      name: 'wrapped',
      datatype: 'INT32',
      shape: [2],
    },
    {
      name: 'cosine',
      datatype: 'FP16',
      shape: [1, 8],
    },
  ],
  values: {
    image:
      'b4e09e3ec0dec7bec0a9873e20e47d3fc0c4b73e4047b13e209427bf212f443f983fd43e9cb2273f582af53e0827a6be8c79163fa4961dbfb493233e585008bfb70415bfd63c133fe01b3e3f201f303fa0fe46bff09572bd98e2ec3ec83389bea8fae1be08e886be0c63563fdcd43d3f505625be101d12beccb0233f649027bfd3f12ebf2c80babe78f27bbe805e133cb029723f80fa84bdb0cb013f50a50cbf3c0903be1c333f3fac4b233f08bec4be60a0923ddc71313fd806cd3e442247bf34c7363ef8d450bf5286c33e30a34dbec873cc3e58c2fbbef01b71be30024cbe708b27be1461633ff0460ebe4c5474bf3617febe0cf43bbf4adfaa3e00307dbf',
    tiny: '6042a20d',
  },
  response: 'a8db603dfe4a88840ac52d15f3a66811b298e46e0d25a781a39db13a702bee10',
  trace: '26503572fcb6f1dcdb4d820baec8ef8db18bdb2b0ffcfe6f2175ea077ad40e0a',
};
