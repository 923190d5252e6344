/** Templates that are refused, each for one fault; the conversation is of one message. */

const SIXTEEN = "{% set x = 'aaaaaaaaaaaaaaaa' %}";

/** `TEMPLATE_INVALID`. */
export const faulty: Readonly<Record<string, string>> = {
  'no end': '{% for x in messages %}',
  'no expression': '{{ }}',
  'a power': '{{ 2 ** 0.5 }}',
  'a test of case': "{{ 'a' is lower }}",
  'a test of case in selectattr': "{{ messages | selectattr('role', 'upper') | list }}",
  'a filter that is none': '{{ 1 | rot13 }}',
  'a filter of ours on a block': '{% filter upper %}a{% endfilter %}',
  'a method without a call': "{% set f = 'a'.upper %}{{ f() }}",
  'a method by a computed name': "{% set n = 'upper' %}{{ 'a'[n]() }}",
  'a method on a number': '{{ (1).upper() }}',
  'a namespace in a list': '{% set ns = namespace() %}{{ [ns] }}',
  'a namespace in itself': '{% set ns = namespace() %}{% set ns.x = ns %}',
  'JSON of a function': '{{ range | tojson }}',
  'an argument that none takes': "{{ 'a'.upper(1) }}",
  'a loop over a number': '{% for x in 3 %}{% endfor %}',
};

/** `TEMPLATE_LIMIT`. */
export const excessive: Readonly<Record<string, string>> = {
  'nested loops': `${'{% for i in range(9999) %}'.repeat(4)}${'{% endfor %}'.repeat(4)}`,
  'a range of 2^53': '{{ range(9007199254740991) }}',
  'a loop left at once, again and again':
    '{% for i in range(99999) %}{% for j in range(99999) %}{% break %}{% endfor %}{% endfor %}',
  'a text that doubles': `{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}`,
  'a replacement that multiplies': `${SIXTEEN}{% set ns = namespace(x=x) %}{% for i in range(9) %}{% set ns.x = ns.x.replace('a', x) %}{% endfor %}`,
  'a join that multiplies':
    "{% set ns = namespace(x='aa') %}{% for i in range(40) %}{% set ns.x = ns.x | join(ns.x) %}{% endfor %}",
  'a list that doubles':
    '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}',
  'a list that nests':
    '{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}',
  'a list that grows':
    '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
  'a macro that calls itself': '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
  'macros that double': `{% macro f0() %}a{% endmacro %}${Array.from({ length: 60 }, (_, i) => `{% macro f${i + 1}() %}{{ f${i}() }}{{ f${i}() }}{% endmacro %}`).join('')}{{ f60() }}`,
  'an indent of a billion': "{{ 'a\\nb' | indent(1000000000) }}",
  'JSON with an indent of a billion': '{{ [1] | tojson(indent=1000000000) }}',
  parentheses: `{{ ${'('.repeat(3_000)}1${')'.repeat(3_000)} }}`,
  'a long chain': `{{ ${'1 + '.repeat(2_000)}1 }}`,
  'lists in lists': `{{ ${'['.repeat(200)}${']'.repeat(200)} }}`,
  'white space': `{{ 1 }}${' '.repeat(1_025)}`,
  'output without end':
    '{% for i in range(99999) %}{{ messages[0].content ~ messages[0].content }}{% endfor %}',
};
