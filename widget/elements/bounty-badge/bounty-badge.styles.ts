import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-block;
  }
  .badge {
    display: inline-flex;
    gap: 8px;
    align-items: baseline;
    padding: 2px 10px;
    border: 1px solid var(--_line);
    border-radius: 99px;
    background: var(--_surface);
    font-size: 0.9em;
    white-space: nowrap;
  }
  .state[data-state='open'] {
    color: var(--_good);
  }
`;
