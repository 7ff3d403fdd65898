-- One ledger operation, whole or not at all. Every key carries the ledger's hash tag, so all of them share a slot.
-- Instants are microseconds since 2020-01-01 UTC: counted in 100 ns they still fit a double exactly.
-- Numbers that name a key come as text, since Lua would print large ones in scientific notation.
--
-- KEYS[1] the open holds by the end of their lease. It is in every call: a server that locks keys instead of running one
--         script at a time thereby runs one operation of a ledger at a time.
-- KEYS[2] the hold, where the operation is about one. KEYS[3], KEYS[4], KEYS[5] the nonce, and how many nonces its key has
--         claimed that lapse in the same six minutes, and in the six before.
-- ARGV[1] the operation. ARGV[2] the instant, or -1 for the server's own clock. ARGV[3] the prefix of all keys.
local call = redis.call
local due_key = KEYS[1]
local prefix = ARGV[3]
local now = tonumber(ARGV[2])
if now < 0 then
  local time = call('TIME')
  now = (tonumber(time[1]) - 1577836800) * 1000000 + tonumber(time[2])
end

local DAY = 86400000000
local LARGEST = 9007199254740992
local BUCKETS = 32
local RING = 33
local CONCURRENT, CALENDAR, ROLLING = 0, 1, 2

-- Places in the record of a hold; its counters follow, COUNTER_SIZE places each.
local PHASE, TAKEN, DUE, ON_END, REQUESTS, INPUT, OUTPUT, COST, FIRST = 1, 2, 3, 4, 5, 6, 7, 8, 9
local KIND, KEY, SLOT, DIMENSION, ENDS, NEXT_ENDS, BASE, WINDOW, LIFE, COUNTER_SIZE = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
local OPEN, CHARGED, RELEASED = 0, 1, 2

local function amount(of, at, dimension)
  if dimension == 0 then return of[at] end
  if dimension == 1 then return math.min(LARGEST, of[at + 1] + of[at + 2]) end
  if dimension == 2 then return of[at + 1] end
  if dimension == 3 then return of[at + 2] end
  if dimension == 4 then return of[at + 3] end
  return 1
end

local function sum(spent, more)
  return math.max(0, math.min(LARGEST, spent + more))
end

local function milliseconds(microseconds)
  return math.max(1, math.ceil(microseconds / 1000))
end

-- Brings a rolling counter up to a bucket. What left the window goes; a clock that stepped back a little stands still.
local function roll(key, bucket, life)
  local found = call('HMGET', key, 'n', 's', 'h')
  local newest, spent, held = tonumber(found[1]), tonumber(found[2]) or 0, tonumber(found[3]) or 0
  if not newest then return bucket, 0, 0 end
  if bucket > newest then
    if spent ~= 0 and bucket - newest >= RING then
      call('DEL', key)
      call('HSET', key, 'n', bucket, 's', 0, 'h', held)
      spent = 0
    elseif spent ~= 0 then
      local places = {}
      for left = newest + 1, bucket do places[#places + 1] = left % RING end
      local amounts = call('HMGET', key, unpack(places))
      for i = 1, #places do spent = spent - (tonumber(amounts[i]) or 0) end
      call('HDEL', key, unpack(places))
      call('HSET', key, 'n', bucket, 's', spent)
    else
      call('HSET', key, 'n', bucket)
    end
    call('PEXPIRE', key, life)
    newest = bucket
  elseif bucket < newest - BUCKETS then
    -- The clock stepped back by more than the window: all that counts is taken to be of now, so that it lapses a window
    -- from now and not in a far future.
    call('DEL', key)
    call('HSET', key, 'n', bucket, 's', spent, 'h', held, bucket % RING, spent)
    call('PEXPIRE', key, life)
    newest = bucket
  end
  return newest, spent, held
end

local function bucket_of(offset, first, width)
  return first + math.floor((now * 10 + offset) / width)
end

-- Adds to what is spent at the slot of a counter, if that still counts there.
local function charge(record, at, slot, more)
  local key = record[at + KEY]
  if more == 0 then return end
  if record[at + KIND] == ROLLING then
    local found = call('HMGET', key, 'n', 's')
    local newest, spent = tonumber(found[1]), tonumber(found[2])
    if not newest or slot <= newest - RING then return end
    local place = math.min(slot, newest) % RING
    local before = tonumber(call('HGET', key, place)) or 0
    local after = sum(before, more)
    call('HSET', key, place, after, 's', spent - before + after)
  else
    local spent = tonumber(call('HGET', key, 's'))
    if spent then call('HSET', key, 's', sum(spent, more)) end
  end
end

-- Takes back what a counter holds and charges what it came to, at the slot where it was taken.
local function close(record, at, held, spent)
  local key = record[at + KEY]
  local found = call('HMGET', key, 'h', 's', 'n')
  local now_held = tonumber(found[1])
  if not now_held then return end
  if record[at + KIND] == ROLLING then
    call('HSET', key, 'h', now_held - held)
    charge(record, at, record[at + SLOT], spent)
  elseif spent == 0 then
    call('HSET', key, 'h', now_held - held)
  else
    call('HSET', key, 'h', now_held - held, 's', sum(tonumber(found[2]) or 0, spent))
  end
end

-- A record, 'closed' with its flags, or nothing.
local function load(key)
  local packed = call('GET', key)
  if not packed then return nil end
  local first = string.sub(packed, 1, 1)
  if first == 'S' or first == 'R' then
    if now >= tonumber(string.sub(packed, 4)) then return nil end
    return first, string.sub(packed, 2, 2) == '1', string.sub(packed, 3, 3) == '1'
  end
  local record = cmsgpack.unpack(packed)
  if record[PHASE] ~= OPEN and now >= record[DUE] then return nil end
  return record
end

local function save(key, record, until_then)
  call('SET', key, cmsgpack.pack(record), 'PX', milliseconds(until_then - now))
end

local function bury(key, letter, overrun, late)
  local text = letter .. (overrun and '1' or '0') .. (late and '1' or '0') .. string.format('%.0f', now + DAY)
  call('SET', key, text, 'PX', milliseconds(DAY))
end

local function each(record, action)
  for at = FIRST, #record, COUNTER_SIZE do action(at) end
end

local function advance(record, at)
  if record[at + KIND] == ROLLING then
    local parts = record[at + WINDOW]
    roll(record[at + KEY], bucket_of(parts[1], parts[2], parts[3]), record[at + LIFE])
  end
end

local function end_lease(id)
  local key = prefix .. 'h:' .. id
  local record = load(key)
  if type(record) ~= 'table' or record[PHASE] ~= OPEN then return end
  local is_charged = record[ON_END] == 1
  each(record, function(at)
    advance(record, at)
    local held = amount(record, REQUESTS, record[at + DIMENSION])
    close(record, at, held, (is_charged and record[at + KIND] ~= CONCURRENT) and held or 0)
  end)
  record[PHASE] = is_charged and CHARGED or RELEASED
  record[DUE] = record[DUE] + DAY
  if record[DUE] > now then save(key, record, record[DUE]) else call('DEL', key) end
end

-- Closes holds whose lease has ended: a few at a time, so that no operation pays for an outage. Those that wait keep room
-- taken, never give it.
local function end_leases(most)
  local ended = call('ZRANGEBYSCORE', due_key, '-inf', now, 'LIMIT', 0, most)
  for i = 1, #ended do
    end_lease(ended[i])
    call('ZREM', due_key, ended[i])
  end
  return #ended
end

-- The limits of a call: nine arguments each. Nothing where the calendar of one is out of date.
local PER_LIMIT = 10
local function limits_from(start)
  local limits = {}
  for at = start, #ARGV, PER_LIMIT do
    local kind = tonumber(ARGV[at])
    local limit = { kind = kind, base = ARGV[at + 1], dimension = tonumber(ARGV[at + 2]), cap = tonumber(ARGV[at + 3]), life = ARGV[at + 4], window = ARGV[at + 5] }
    if kind == CALENDAR then
      local starts, ends, next_ends = tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7]), tonumber(ARGV[at + 8])
      if now < starts or now >= next_ends then return nil end
      local is_next = now >= ends
      limit.key = limit.base .. ':' .. (is_next and ARGV[at + 7] or ARGV[at + 6])
      limit.ends = is_next and next_ends or ends
      limit.next_ends = is_next and next_ends or tonumber(ARGV[at + 8])
      limit.life = milliseconds(limit.ends - now + 2 * DAY)
    elseif kind == ROLLING then
      limit.parts = { tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7]), tonumber(ARGV[at + 8]) }
      limit.bucket = bucket_of(limit.parts[1], limit.parts[2], limit.parts[3])
      limit.key = limit.base
    else
      limit.key = limit.base
    end
    limit.name = ARGV[at + 9]
    limits[#limits + 1] = limit
  end
  return limits
end

local function look(limit)
  if limit.kind == ROLLING then
    limit.newest, limit.spent, limit.held = roll(limit.key, limit.bucket, limit.life)
  else
    local found = call('HMGET', limit.key, 'h', 's')
    limit.held, limit.spent = tonumber(found[1]), tonumber(found[2]) or 0
    limit.is_new = limit.held == nil
    limit.held = limit.held or 0
  end
end

-- Where room for an amount comes: the end of a calendar window, or the bucket that must leave; -1 where time brings none.
local function room(limit, asked)
  if asked > limit.cap or limit.kind == CONCURRENT then return -1 end
  if limit.kind == CALENDAR then return limit.ends end
  if limit.held > limit.cap - asked then return -1 end
  local amounts = {}
  local all = call('HGETALL', limit.key)
  for i = 1, #all, 2 do amounts[all[i]] = tonumber(all[i + 1]) end
  local missing = limit.spent - (limit.cap - asked - limit.held)
  local bucket = limit.newest - BUCKETS
  while bucket < limit.newest do
    missing = missing - (amounts[tostring(bucket % RING)] or 0)
    if missing <= 0 then break end
    bucket = bucket + 1
  end
  return bucket
end

local function take(limit, asked)
  if limit.kind == ROLLING then
    call('HINCRBY', limit.key, 'h', asked)
    if limit.spent == 0 and limit.held == 0 then
      call('HSET', limit.key, 'n', limit.newest, 's', 0, 'w', limit.name)
      call('PEXPIRE', limit.key, limit.life)
    end
  elseif limit.is_new then
    call('HSET', limit.key, 'h', asked, 's', 0, 'w', limit.name)
    call('PEXPIRE', limit.key, limit.life)
  else
    call('HINCRBY', limit.key, 'h', asked)
    if limit.kind == CONCURRENT then call('PEXPIRE', limit.key, limit.life) end
  end
end

local function held_answer(record)
  return { 'held', record[TAKEN], record[DUE], record[REQUESTS], record[INPUT], record[OUTPUT], record[COST] }
end

-- ARGV[4] the hold's id, [5] lease, [6] 1 where its end charges, [7..10] requests, tokens in, tokens out, nano-dollars,
-- [11] until when the nonce is kept or '', [12] how many nonces a key may have claimed, then the limits.
local function hold()
  local limits = limits_from(13)
  if not limits then return { 'clock', now } end
  end_leases(16)
  if ARGV[11] ~= '' then
    local keep = tonumber(ARGV[11])
    if keep <= now then return { 'replayed' } end
    local claimed = call('SET', KEYS[3], ARGV[11], 'NX', 'PX', milliseconds(keep - now))
    if not claimed then
      if now < tonumber(call('GET', KEYS[3])) then return { 'replayed' } end
      call('SET', KEYS[3], ARGV[11], 'PX', milliseconds(keep - now))
    end
    local count = call('INCR', KEYS[4])
    if count == 1 then call('PEXPIRE', KEYS[4], 2 * 360000 + 60000) end
    if count + (tonumber(call('GET', KEYS[5])) or 0) > tonumber(ARGV[12]) then
      call('DECR', KEYS[4])
      call('DEL', KEYS[3])
      return { 'full' }
    end
  end
  local known = load(KEYS[2])
  if known then
    if type(known) == 'table' and known[PHASE] == OPEN then return held_answer(known) end
    return { 'closed' }
  end
  local record = { OPEN, now, now + tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]) }
  local denied = { 'denied' }
  for i = 1, #limits do
    local limit = limits[i]
    look(limit)
    local asked = amount(record, REQUESTS, limit.dimension)
    if asked > limit.cap - limit.spent - limit.held then
      denied[#denied + 1] = i
      denied[#denied + 1] = limit.spent
      denied[#denied + 1] = limit.held
      denied[#denied + 1] = room(limit, asked)
    end
  end
  if #denied > 1 then return denied end
  for i = 1, #limits do
    local limit = limits[i]
    take(limit, amount(record, REQUESTS, limit.dimension))
    local at = FIRST + (i - 1) * COUNTER_SIZE
    record[at + KIND] = limit.kind
    record[at + KEY] = limit.key
    record[at + SLOT] = limit.newest or 0
    record[at + DIMENSION] = limit.dimension
    record[at + ENDS] = limit.ends or 0
    record[at + NEXT_ENDS] = limit.next_ends or 0
    record[at + BASE] = limit.base
    record[at + WINDOW] = limit.parts or limit.window
    record[at + LIFE] = limit.life
  end
  call('ZADD', due_key, record[DUE], ARGV[4])
  save(KEYS[2], record, record[DUE] + DAY)
  return held_answer(record)
end

-- The counter that the excess of an overrun belongs to: that of now. Its key, or nothing where only the caller knows.
local function present(record, at, spans)
  if record[at + KIND] ~= CALENDAR or now < record[at + ENDS] then return record[at + KEY] end
  local span = spans[record[at + BASE]]
  if span and now >= tonumber(span[1]) and now < tonumber(span[2]) then
    return record[at + BASE] .. ':' .. span[1], tonumber(span[2])
  end
  return nil
end

local function close_all(record, actual, spans)
  local was_open = record[PHASE] == OPEN
  local overrun = false
  local closings = {}
  local asks = { 'clock', now }
  each(record, function(at)
    local dimension = record[at + DIMENSION]
    local held = amount(record, REQUESTS, dimension)
    local covered = was_open and held or (record[PHASE] == CHARGED and held or 0)
    local used = amount(actual, 1, dimension)
    local more = record[at + KIND] ~= CONCURRENT and used > covered and used - covered or 0
    local key, ends
    if more > 0 then
      key, ends = present(record, at, spans)
      if not key then
        asks[#asks + 1] = record[at + BASE]
        asks[#asks + 1] = record[at + WINDOW]
      end
      overrun = true
    end
    closings[#closings + 1] = { at, held, covered, used, more, key, ends }
  end)
  if #asks > 2 then return asks end
  for i = 1, #closings do
    local at, held, covered, used, more, key, ends = unpack(closings[i], 1, 7)
    advance(record, at)
    if record[at + KIND] == CONCURRENT then
      if was_open then close(record, at, held, 0) end
    elseif was_open then
      close(record, at, held, math.min(used, held))
    else
      charge(record, at, record[at + SLOT], math.min(used, covered) - covered)
    end
    if more > 0 then
      if record[at + KIND] == ROLLING then
        charge(record, at, tonumber(call('HGET', key, 'n')) or 0, more)
      elseif ends and call('EXISTS', key) == 0 then
        call('HSET', key, 'h', 0, 's', sum(0, more), 'w', call('HGET', record[at + KEY], 'w') or '')
        call('PEXPIRE', key, milliseconds(ends - now + 2 * DAY))
      else
        call('HSET', key, 's', sum(tonumber(call('HGET', key, 's')) or 0, more))
      end
    end
  end
  return nil, overrun, not was_open
end

-- ARGV[4] the hold's id, [5..8] what was used, then key, start and end of the calendar windows that a clock answer asked for.
local function settle()
  end_leases(16)
  local record, overrun, late = load(KEYS[2])
  if not record or record == 'R' then return { 'unknown' } end
  if record ~= 'S' then
    local spans = {}
    for at = 9, #ARGV, 3 do spans[ARGV[at]] = { ARGV[at + 1], ARGV[at + 2] } end
    local asks
    asks, overrun, late = close_all(record, { tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]) }, spans)
    if asks then return asks end
    call('ZREM', due_key, ARGV[4])
    bury(KEYS[2], 'S', overrun, late)
  end
  return { 'settled', overrun and 1 or 0, late and 1 or 0 }
end

-- An unknown hold is refused from then on: its request may still be on the way, and its owner has given it up.
local function release()
  end_leases(16)
  local record = load(KEYS[2])
  if record == 'R' then return { 'released' } end
  if record == 'S' then return { 'unknown' } end
  if record then
    close_all(record, { 0, 0, 0, 0 }, {})
    call('ZREM', due_key, ARGV[4])
  end
  bury(KEYS[2], 'R', false, false)
  return { record and 'released' or 'unknown' }
end

-- ARGV[5] the new lease from now.
local function extend()
  end_leases(16)
  local record = load(KEYS[2])
  if type(record) ~= 'table' or record[PHASE] ~= OPEN then return { 'unknown' } end
  record[DUE] = math.max(record[DUE], now + tonumber(ARGV[5]))
  each(record, function(at)
    if record[at + KIND] ~= CALENDAR then call('PEXPIRE', record[at + KEY], record[at + LIFE]) end
  end)
  call('ZADD', due_key, record[DUE], ARGV[4])
  save(KEYS[2], record, record[DUE] + DAY)
  return { 'extended' }
end

-- The limits from ARGV[4].
local function read()
  local limits = limits_from(4)
  if not limits then return { 'clock', now } end
  while end_leases(256) == 256 do end
  local answer = { 'states' }
  for i = 1, #limits do
    local limit = limits[i]
    look(limit)
    local is_full = limit.spent + limit.held >= limit.cap and limit.spent + limit.held > 0
    answer[#answer + 1] = limit.spent
    answer[#answer + 1] = limit.held
    answer[#answer + 1] = limit.ends or -1
    answer[#answer + 1] = is_full and room(limit, 1) or -1
  end
  return answer
end

local function count()
  while end_leases(256) == 256 do end
  return { 'open', call('ZCARD', due_key) }
end

local operations = { hold = hold, settle = settle, release = release, extend = extend, read = read, count = count }
return operations[ARGV[1]]()
