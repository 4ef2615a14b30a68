// What commands about the store say.

import type { MessageTable } from "./message-table.ts";

/** What commands about the store say: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const STORE_MESSAGES = {
  'backup.about': ['copy usage, keys and the audit log into FILE, also while the gateway runs', '把用量、金鑰與稽核記錄備份到 FILE，閘道執行中也可以'],
  'backup.examples': ['oai-gateway backup usage-backup.db\noai-gateway backup usage-backup.db --requests', 'oai-gateway backup usage-backup.db\noai-gateway backup usage-backup.db --requests'],
  'restore.about': ['put a backup in the place of usage, keys and the audit log', '用備份還原用量、金鑰與稽核記錄'],
  'restore.examples': ['oai-gateway restore usage-backup.db', 'oai-gateway restore usage-backup.db'],
  'option.backupRequests': ['the log of requests too, as FILE.requests', '一併備份請求記錄，存成 FILE.requests'],
  'option.backupForce': ['replace FILE where it exists', 'FILE 已存在時覆寫'],
  'option.restoreForce': ['put what is there aside, and restore', '把現有的檔案改名保留，再還原'],
  'backup.done': ['{file}: {bytes} bytes', '{file}：{bytes} 位元組'],
  'backup.nothing': ['there is nothing to back up in {folder}: no request has been kept yet.', '{folder} 裡沒有可以備份的資料：目前還沒有保存任何請求。'],
  'backup.taken': ['{file} exists already.', '{file} 已經存在。'],
  'backup.fixTaken': ['name another file, or add --force', '換一個檔名，或加上 --force'],
  'backup.failed': ['{file} could not be written: {reason}', '無法寫入 {file}：{reason}'],
  'backup.fixFailed': ['name a file in a folder that you may write to, on a disk with enough room', '請指定有寫入權限的資料夾裡的檔案，並確認磁碟空間足夠'],
  'backup.notOnDisk': ['store.mode is "{mode}": there is no file of it.', 'store.mode 是「{mode}」：沒有檔案可用。'],
  'backup.fixNotOnDisk': ['set store.mode to folder', '把 store.mode 設為 folder'],
  'restore.done': ['{file} is restored.', '已還原 {file}。'],
  'restore.kept': ['what was there is kept as {file}', '原本的檔案保留為 {file}'],
  'restore.running': ['a gateway of yours runs in {folder} (and would go on with the files that are there).', '你有一個閘道正在使用 {folder}（它會繼續使用現有的檔案）。'],
  'restore.fixRunning': ['stop it, restore, and start it again', '先停止它，還原之後再啟動'],
  'restore.missing': ['there is no file {file}.', '找不到檔案 {file}。'],
  'restore.fixMissing': ['name a file that oai-gateway backup has made', '請指定由 oai-gateway backup 產生的檔案'],
  'restore.foreign': ['{file} is no backup of this kind.', '{file} 不是這一種備份檔。'],
  'restore.newer': ['{file} is of a later version: its tables are of version {found}, and this program knows up to {known}.', '{file} 來自較新的版本：資料表版本是 {found}，這個程式只支援到 {known}。'],
  'restore.fixNewer': ['update oai-gateway, then restore', '更新 oai-gateway 之後再還原'],
  'restore.damaged': ['{file} is damaged, and nothing was changed: {reason}', '{file} 已損毀，沒有做任何變更：{reason}'],
  'restore.fixDamaged': ['use another backup', '請改用另一份備份'],
  'restore.taken': ['{file} exists already.', '{file} 已經存在。'],
  'restore.fixTaken': ['add --force: what is there is put aside, not removed', '加上 --force：現有的檔案會改名保留，不會刪除'],
  'restore.failed': ['{file} could not be restored: {reason}', '無法還原 {file}：{reason}'],
} as const satisfies MessageTable;
