#!lua
-- Removes a document, if the version there is now is the expected one.
--
-- KEYS[1]  hash of the document, as in save-document.lua
-- KEYS[2]  sorted set of its versions that are kept
-- KEYS[3]  sorted set of the ids of the documents of its kind that are there
-- ARGV[1]  id
-- ARGV[2]  version that must be there; empty: whatever there is
-- ARGV[3]  'all' or 'none': whether its versions can still be read one by one
--
-- Returns 1; 0, and nothing is changed, when there is none or another version is there.

local held = redis.call('HMGET', KEYS[1], 'last', 'there')
if held[2] ~= '1' then return 0 end
if ARGV[2] ~= '' and ARGV[2] ~= held[1] then return 0 end
if ARGV[3] == 'none' then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'last', held[1])
end
redis.call('HSET', KEYS[1], 'there', 0)
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
