// Why a cell of the table has no ✓: one sentence each, in both languages.

/** By name: English, Chinese. */
export const NOTES = {
  absent: [
    "The client does not have it, or by way of another package of this table.",
    "用戶端沒有這項功能，或是透過表中另一個套件提供。",
  ],
  refused: [
    "The endpoint does not have it; the client gets the 404 as an error of its own kind.",
    "端點沒有這項功能；用戶端收到 404，並以自己的錯誤類別呈現。",
  ],
  storeless: [
    "It works with `store: false`: otherwise the client refers to items that an endpoint of chats does not keep.",
    "加上 `store: false` 即可使用：否則用戶端會引用聊天端點並未保存的項目。",
  ],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** One of them. */
export type NoteName = keyof typeof NOTES;
