import pino, { type Logger as PinoLogger } from 'pino';

export type Logger = Pick<PinoLogger, 'info' | 'warn' | 'error' | 'debug'> & { child(bindings: object): Logger };

/** JSON lines on stdout; the fields that could carry a secret are cut out wherever they stand. */
export function openLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        '*.cookie',
        '*.password',
        '*.secret',
        '*.token',
        '*.apiKey',
        '*.privateKey',
      ],
      censor: '[secret]',
    },
  });
}
