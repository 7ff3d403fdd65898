-- To whom ids of the provider were issued.
-- KEYS[1]: the tenant's ids by when they end. KEYS[2] and on: a key for each id, with its tenant and its end.
-- ARGV[1]: the operation. ARGV[2]: now in microseconds, below 0 for the server's clock. ARGV[3]: the tenant.

local operation, tenant = ARGV[1], ARGV[3]

-- Whose an id is, and until when; nil where it is nobody's any more.
local function owner(key)
  local content = redis.call('GET', key)
  if not content then return nil end
  local name, till = string.match(content, '^(%S+) (%S+)$')
  if tonumber(till) <= now then return nil end
  return name, tonumber(till)
end

-- ARGV[4]: until when. ARGV[5]: how many of the tenant are kept. ARGV[6]: what the ids' keys start with.
if operation == 'issue' then
  local life = math.ceil((tonumber(ARGV[4]) - now) / 1000)
  if life <= 0 then return { 'over' } end
  for i = 2, #KEYS do
    local name, till = owner(KEYS[i])
    if not name or (name == tenant and till < tonumber(ARGV[4])) then
      redis.call('SET', KEYS[i], tenant .. ' ' .. ARGV[4], 'PX', whole(life))
      redis.call('ZADD', KEYS[1], ARGV[4], string.sub(KEYS[i], #ARGV[6] + 1))
    end
  end
  for _, over in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', whole(now), 'LIMIT', '0', '1000')) do redis.call('ZREM', KEYS[1], over) end
  -- a bound that was lowered much is met step by step: no call keeps the server for long
  local over = math.min(redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[5]), 1000)
  if over > 0 then
    for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '0', whole(over - 1))) do
      redis.call('ZREM', KEYS[1], id)
      -- one that ended and was issued anew is another's
      if owner(ARGV[6] .. id) == tenant then redis.call('DEL', ARGV[6] .. id) end
    end
  end
  local last = redis.call('ZRANGE', KEYS[1], '-1', '-1', 'WITHSCORES')
  if last[2] then redis.call('PEXPIRE', KEYS[1], whole(math.ceil((tonumber(last[2]) - now) / 1000))) end
  return { 'issued' }
end

if operation == 'owned' then
  for i = 2, #KEYS do
    if owner(KEYS[i]) ~= tenant then return { 'no' } end
  end
  return { 'yes' }
end

-- ARGV[4]: what the ids' keys start with.
if operation == 'forget' then
  if owner(KEYS[2]) == tenant then
    redis.call('DEL', KEYS[2])
    redis.call('ZREM', KEYS[1], string.sub(KEYS[2], #ARGV[4] + 1))
  end
  return { 'forgotten' }
end

return redis.error_reply('there is no operation ' .. operation)
