import { css } from 'lit';

/**
 * The custom properties of every element, with their defaults for light and dark. A page sets `--bounty-accent` and the others on the
 * element or above it; `theme="light"`, `"dark"` or nothing (the reader's own setting) chooses the defaults.
 */
export const tokens = css`
  :host {
    --_ink: var(--bounty-ink, light-dark(#1b1c20, #f1f1ee));
    --_quiet: var(--bounty-quiet, light-dark(#5b606b, #a9adb8));
    --_line: var(--bounty-line, light-dark(#dfe1e6, #3a3c44));
    --_surface: var(--bounty-surface, light-dark(#ffffff, #1d1e23));
    --_sunken: var(--bounty-sunken, light-dark(#f5f5f2, #26272e));
    --_accent: var(--bounty-accent, light-dark(#1f5fbf, #86b4ff));
    --_good: var(--bounty-good, light-dark(#146c43, #6fd3a0));
    --_bad: var(--bounty-bad, light-dark(#b3261e, #ff9d94));
    --_radius: var(--bounty-radius, 10px);
    color-scheme: light dark;
    display: block;
    color: var(--_ink);
    font-family: var(--bounty-font, inherit);
    font-size: var(--bounty-font-size, 15px);
    line-height: 1.5;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  .quiet {
    color: var(--_quiet);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .problem {
    margin: 0;
    padding: 14px 16px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_bad);
  }
  .problem button {
    margin-inline-start: 10px;
    border: 1px solid currentColor;
    border-radius: 6px;
    background: none;
    padding: 2px 10px;
    cursor: pointer;
  }
`;
