import { css } from 'lit';

export const styles = css`
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
    margin-bottom: 14px;
  }
  .tools input,
  .tools select {
    padding: 7px 10px;
    border: 1px solid var(--_line);
    border-radius: 8px;
    background: var(--_surface);
  }
  .tools input {
    flex: 1;
    min-width: 140px;
  }
  .live {
    font-size: 0.85em;
    color: var(--_quiet);
  }
  .live::before {
    content: '';
    display: inline-block;
    width: 8px;
    height: 8px;
    margin-inline-end: 6px;
    border-radius: 50%;
    background: var(--_line);
  }
  .live[data-live='true']::before {
    background: var(--_good);
  }
  ul {
    display: grid;
    gap: 12px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .bone {
    height: 108px;
    border-radius: var(--_radius);
    background: var(--_sunken);
  }
  .back {
    margin-bottom: 12px;
    padding: 4px 0;
    border: 0;
    background: none;
    color: var(--_accent);
    cursor: pointer;
  }
`;
