#!lua
-- Writes a new version of a document, if the version there is now is the expected one.
--
-- KEYS[1]  hash of the document: last (version), there (1 or 0), created, now (JSON), v<n> (JSON of version n)
-- KEYS[2]  sorted set of its versions that are kept, by version
-- KEYS[3]  sorted set of the ids of the documents of its kind that are there, all with score 0
-- ARGV[1]  id
-- ARGV[2]  body, JSON
-- ARGV[3]  when, milliseconds since 1970
-- ARGV[4]  version that must be there, 0: none; empty: whatever there is
-- ARGV[5]  'all' or 'last': whether the versions before are kept
--
-- Returns the new version; 0, and nothing is changed, when another version is there.

local held = redis.call('HMGET', KEYS[1], 'last', 'there', 'created', 'now')
local last = tonumber(held[1] or 0)
local current = held[2] == '1' and last or 0
if ARGV[4] ~= '' and tonumber(ARGV[4]) ~= current then return 0 end

if ARGV[5] == 'last' then
  redis.call('DEL', KEYS[1], KEYS[2])
elseif held[4] then
  redis.call('HSET', KEYS[1], 'v' .. last, held[4])
end
local version = last + 1
local created = current > 0 and held[3] or ARGV[3]
local json = '{"version":' .. version .. ',"createdAt":' .. created .. ',"updatedAt":' .. ARGV[3]
  .. ',"body":' .. ARGV[2] .. '}'
redis.call('HSET', KEYS[1], 'last', version, 'there', 1, 'created', created, 'now', json)
redis.call('ZADD', KEYS[2], version, version)
redis.call('ZADD', KEYS[3], 0, ARGV[1])
return version
