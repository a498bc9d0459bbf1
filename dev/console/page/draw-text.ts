import { html, type TemplateResult } from 'lit';
import { paragraphs } from './drive.ts';

/** Marked-up text with `**bold**` or `*bold*`; what is escaped is shown as written. */
export function drawText(text: string, bold: '*' | '**'): TemplateResult[] {
  return paragraphs(text).map(({ kind, text: line }) => {
    if (kind === 'code') return html`<pre>${unescape(line)}</pre>`;
    if (kind === 'title') return html`<h4>${spans(line, bold)}</h4>`;
    if (kind === 'small') return html`<p class="note">${spans(line, bold)}</p>`;
    return html`<p>${spans(line, bold)}</p>`;
  });
}

function spans(line: string, bold: string): (TemplateResult | string)[] {
  const mark = bold.replaceAll('*', '\\*');
  return line
    .split(new RegExp(`${mark}([^*]+)${mark}`))
    .map((part, index) => (index % 2 === 1 ? html`<b>${unescape(part)}</b>` : unescape(part)));
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '')
    .replace(/\\([*_~`>#\-[\]()|.!+])/g, '$1');
}
