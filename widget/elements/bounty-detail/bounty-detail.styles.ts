import { css } from 'lit';

export const styles = css`
  article {
    display: grid;
    gap: 18px;
    padding: 22px 24px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  h2,
  h3 {
    margin: 0;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 1.45em;
    letter-spacing: -0.01em;
  }
  h3 {
    font-size: 1em;
  }
  .brief p {
    margin: 0 0 8px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  dl {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
    gap: 12px;
    margin: 0;
  }
  dt {
    font-size: 0.85em;
    color: var(--_quiet);
  }
  dd {
    margin: 0;
    font-weight: 600;
  }
  section {
    display: grid;
    gap: 8px;
  }
  ul {
    margin: 0;
    padding-inline-start: 20px;
  }
  .case {
    display: grid;
    gap: 2px;
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--_sunken);
  }
  code {
    font-family: ui-monospace, Menlo, Consolas, monospace;
    font-size: 0.88em;
    overflow-wrap: anywhere;
  }
`;
