import { css } from 'lit';

export const styles = css`
  .card {
    display: grid;
    gap: 6px;
    width: 100%;
    padding: 16px 18px;
    text-align: start;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    cursor: pointer;
    transition: border-color 120ms;
  }
  .card:hover {
    border-color: var(--_accent);
  }
  .top {
    display: flex;
    gap: 10px;
    align-items: baseline;
    font-size: 0.85em;
  }
  .state {
    font-weight: 600;
    color: var(--_quiet);
  }
  .state[data-state='open'] {
    color: var(--_good);
  }
  .ends {
    margin-inline-start: auto;
  }
  .title {
    font-weight: 650;
    font-size: 1.08em;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .bottom {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    align-items: baseline;
    font-size: 0.9em;
  }
  .reward {
    font-weight: 650;
    font-size: 1.1em;
    font-variant-numeric: tabular-nums;
  }
`;
