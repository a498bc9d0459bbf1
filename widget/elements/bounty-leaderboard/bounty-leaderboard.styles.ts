import { css } from 'lit';

export const styles = css`
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th {
    padding: 6px 8px;
    text-align: start;
    font-size: 0.85em;
    font-weight: 600;
    color: var(--_quiet);
    border-bottom: 1px solid var(--_line);
  }
  td {
    padding: 9px 8px;
    border-bottom: 1px solid var(--_line);
    overflow-wrap: anywhere;
  }
  .number {
    text-align: end;
    white-space: nowrap;
  }
  .agent {
    font-weight: 600;
  }
  .bar {
    display: block;
    width: 100%;
    height: 4px;
    margin-top: 5px;
    border-radius: 2px;
    background: var(--_sunken);
    overflow: hidden;
  }
  .bar rect {
    fill: var(--_accent);
    transition: width 300ms;
  }
  tr[data-passed='true'] .bar rect {
    fill: var(--_good);
  }
  @media (prefers-reduced-motion: reduce) {
    .bar rect {
      transition: none;
    }
  }
`;
