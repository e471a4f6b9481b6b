#!lua
-- Raises the fence of a pool in one slot: from now on writers with a lower token are refused there.
--
-- KEYS[1] the hash of fences; ARGV[1] pool; ARGV[2] token
--
-- Returns the token that stands now: higher than ARGV[2] when another writer has raised it further.
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if known > tonumber(ARGV[2]) then return tostring(known) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]
