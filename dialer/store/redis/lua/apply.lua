#!lua
-- One conditional transaction within one slot: all of it, or nothing.
--
-- KEYS    every key that the checks and commands name, by its position
-- ARGV[1] number of fences; then for each: position of the hash of fences, pool, token of the writer
-- next    position of the key of the answer that makes the transaction happen once, or 0; its answer; its life in seconds
-- next    number of checks; then for each: kind, position of the key, argument, expected value
--           doc     the document's stamp (what stands before the first '|'); expected is '' where none must be. No argument.
--           field   the value of a field of a hash; '' where none must be
--           exists  '1' or '0'
--           score   the score of a member of a sorted set; '' where none must be
-- rest    commands: name, position of the key, number of further arguments, arguments
--
-- Returns {'ok'}; {'done', answer} when it happened before; {'conflict', n} when check n failed;
--         {'fenced', pool, token} when a higher token is known.
local at = 1
local function take()
  local value = ARGV[at]
  at = at + 1
  return value
end

for _ = 1, tonumber(take()) do
  local key, pool, token = KEYS[tonumber(take())], take(), tonumber(take())
  local known = redis.call('HGET', key, pool)
  if known and tonumber(known) > token then return { 'fenced', pool, known } end
end

local once, answer, life = tonumber(take()), take(), take()
if once > 0 then
  local before = redis.call('GET', KEYS[once])
  if before then return { 'done', before } end
end

for n = 1, tonumber(take()) do
  local kind, key, argument, expected = take(), KEYS[tonumber(take())], take(), take()
  local found
  if kind == 'doc' then
    found = redis.call('GETRANGE', key, 0, 31)
    found = string.match(found, '^([^|]*)|') or ''
  elseif kind == 'field' then
    found = redis.call('HGET', key, argument) or ''
  elseif kind == 'score' then
    found = redis.call('ZSCORE', key, argument) or ''
  else
    found = tostring(redis.call('EXISTS', key))
  end
  if found ~= expected then return { 'conflict', n } end
end

if once > 0 then redis.call('SET', KEYS[once], answer, 'EX', life) end
while at <= #ARGV do
  local command, key, count = take(), KEYS[tonumber(take())], tonumber(take())
  redis.call(command, key, unpack(ARGV, at, at + count - 1))
  at = at + count
end
return { 'ok' }
