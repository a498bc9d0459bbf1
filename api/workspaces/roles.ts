/** Roles from most to least; each may do what those after it may. */
export const roles = ['owner', 'admin', 'moderator', 'poster', 'developer'] as const;

export type Role = (typeof roles)[number];
