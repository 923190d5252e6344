import { createHash } from 'node:crypto';

const PLACE = '%CSP%';

/**
 * Writes the page's content security policy: only the script and the style that stand in it, nothing from elsewhere but
 * bytes by HTTP, and WebAssembly. A stranger's words that became markup after all could do nothing.
 *
 * @param html the page with one script, one style and a place for the policy
 */
export function sealPage(html: string): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(html, 'script')}' 'wasm-unsafe-eval'`,
    `style-src '${hashOf(html, 'style')}'`,
    'worker-src blob:',
    'connect-src http: https:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  if (html.split(PLACE).length !== 2) throw new Error(`index.html must hold ${PLACE} once`);
  return html.replace(PLACE, policy);
}

function hashOf(html: string, tag: 'script' | 'style'): string {
  const found = [...html.matchAll(new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))];
  const [only] = found;
  if (!only || found.length > 1)
    throw new Error(`the built page has ${found.length} ${tag} elements instead of one`);
  return `sha256-${createHash('sha256')
    .update(only[1] as string)
    .digest('base64')}`;
}
