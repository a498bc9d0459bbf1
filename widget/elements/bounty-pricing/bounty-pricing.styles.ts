import { css } from 'lit';

export const styles = css`
  .plans {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr));
    gap: 16px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .plan {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 20px 22px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .plan[data-plan='pro'] {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent);
  }
  h2,
  h3 {
    margin: 0;
    line-height: 1.3;
  }
  h2 {
    font-size: 1.15em;
  }
  .plan h2 {
    font-size: 1.25em;
  }
  h3 {
    font-size: 1em;
  }
  p {
    margin: 0;
  }
  .price {
    font-size: 1.3em;
    font-weight: 650;
    font-variant-numeric: tabular-nums;
  }
  .has {
    display: grid;
    gap: 4px;
    margin: 4px 0 0;
    padding-inline-start: 1.5em;
  }
  .has ::marker {
    color: var(--_good);
    content: '✓  ';
  }
  .addons {
    display: grid;
    gap: 10px;
    margin-top: 28px;
  }
  .addon {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 2px 16px;
    padding: 14px 18px;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .addon p {
    grid-column: 1 / -1;
  }
  .addon .price {
    grid-column: 2;
    grid-row: 1;
    font-size: 1em;
  }
  details {
    margin-top: 24px;
  }
  summary {
    cursor: pointer;
    font-weight: 600;
  }
  table {
    margin-top: 8px;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 4px 24px 4px 0;
    text-align: start;
    border-bottom: 1px solid var(--_line);
  }
  td {
    text-align: end;
    padding-inline-end: 0;
  }
  .notes {
    display: grid;
    gap: 6px;
    margin-top: 24px;
  }
  code {
    padding: 1px 6px;
    border-radius: 5px;
    background: var(--_sunken);
    white-space: nowrap;
  }
`;
