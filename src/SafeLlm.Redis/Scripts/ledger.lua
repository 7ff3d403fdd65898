-- One ledger operation, whole or not at all. Every key carries the ledger's hash tag, so all of them share a slot.
-- Instants are microseconds since 2020-01-01 UTC: counted in 100 ns they still fit a double exactly.
-- Numbers go to the server as text, or through text(): Lua prints large ones in scientific notation, and servers differ in how
-- they print them.
--
-- KEYS[1] the open holds by the end of their lease. It is in every call: a server that locks keys instead of running one
--         script at a time thereby runs one operation of a ledger at a time.
-- KEYS[2] the hold, where the operation is about one. KEYS[3], KEYS[4], KEYS[5] the nonce, and how many nonces its key has
--         claimed that lapse in the same six minutes, and in the six before.
-- ARGV[1] the operation. ARGV[2] the instant, or -1 for the server's own clock. ARGV[3] the prefix of all keys.
--
-- A counter is one string, so that a hold reads all that it asks by one command and writes each in place. Five doubles: held,
-- spent, of a rolling one the bucket of its last touch, the mark of the cap and the soft limits that the last hold brought, and a
-- hundred times what must be spent before the next soft limit is told. Behind a length of four bytes, packed: its name, that cap and
-- those soft limits, the highest share told and the stretch that this is about, and where there are such when an operator forgot
-- what was spent, and the cap that the application brought under an operator's. To the end: a rolling one's buckets, number and
-- amount of each, in order. A calendar window has one for each run, named by its start, and beside them under "told", packed, the
-- mark, the cap and the soft limits once more: what the last hold in any run brought counts for all.
local call = redis.call
local due_key = KEYS[1]
local prefix = ARGV[3]
local now = tonumber(ARGV[2])
if now < 0 then
  local time = call('TIME')
  now = (tonumber(time[1]) - 1577836800) * 1000000 + tonumber(time[2])
end

local DAY = 86400000000
local LARGEST = 9007199254740992 -- of what is spent
local ABSURD = 2 * LARGEST -- above every cap, and still exact
local BUCKETS = 32
local CONCURRENT, CALENDAR, ROLLING = 0, 1, 2
local MOST_ALERTS = 10000
local STRETCH = 360000000 -- of nonces that lapse in it and are counted together
local JOURNAL_LINES = 1000000
local NEVER, UNKNOWN = 1e300, -1 -- where the next soft limit is
local NO_MARK = 0 -- of a cap that an operator has set
local HEAD_BYTES, BUCKET_BYTES = 40, 16

-- Places in the record of a hold; its counters follow, COUNTER_SIZE places each.
local PHASE, TAKEN, DUE, ON_END, REQUESTS, INPUT, OUTPUT, COST, ID, FIRST = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
local KIND, KEY, SLOT, DIMENSION, ENDS, NEXT_ENDS, WINDOW, LIFE, COUNTER_SIZE = 0, 1, 2, 3, 4, 5, 6, 7, 8
local OPEN, CHARGED, RELEASED = 0, 1, 2

local function text(number)
  return string.format('%.0f', number)
end

local function amount(of, at, dimension)
  if dimension == 0 then return of[at] end
  if dimension == 1 then return math.min(ABSURD, of[at + 1] + of[at + 2]) end
  if dimension == 2 then return of[at + 1] end
  if dimension == 3 then return of[at + 2] end
  if dimension == 4 then return of[at + 3] end
  return 1
end

local function sum(spent, more)
  return math.max(0, math.min(LARGEST, spent + more))
end

-- What the keys of all runs of a calendar window begin with.
local function base_of(key)
  return string.match(key, '^(.*):%-?%d+$')
end

-- The name of the hold that an operation is about: how its key ends.
local function hold_name()
  return string.sub(KEYS[2], #prefix + 3)
end

local function milliseconds(microseconds)
  return text(math.max(1, math.ceil(microseconds / 1000)))
end

-- The bucket of a rolling counter at an instant. In the places of a calendar's ends it has the offset of the first bucket, which is
-- the next, and in that of the window's name how long a bucket is.
local function bucket_at(record, at, instant)
  return record[at + NEXT_ENDS] + math.floor((instant * 10 + record[at + ENDS]) / record[at + WINDOW])
end

local function read_counter(key)
  local value = call('GET', key)
  if not value then return nil end
  local counter, buckets = {}, {}
  counter.held, counter.spent, counter.newest, counter.mark, counter.next_told = struct.unpack('>ddddd', value)
  local rest = HEAD_BYTES + 5 + struct.unpack('>I4', value, HEAD_BYTES + 1)
  counter.name, counter.cap, counter.soft, counter.told, counter.stretch, counter.reset, counter.brought = cmsgpack.unpack(string.sub(value, HEAD_BYTES + 5, rest - 1))
  for at = rest, #value, BUCKET_BYTES do
    local number, spent = struct.unpack('>dd', value, at)
    buckets[#buckets + 1] = { number, spent }
  end
  counter.buckets = buckets
  return counter
end

-- A counter that lives for so many milliseconds from now; as long as before, where none are given.
local function write_counter(key, counter, life)
  local rest = cmsgpack.pack(counter.name, counter.cap, counter.soft, counter.told, counter.stretch, counter.reset or 0, counter.brought)
  local parts = { struct.pack('>dddddI4', counter.held, counter.spent, counter.newest, counter.mark, counter.next_told, #rest), rest }
  for _, one in ipairs(counter.buckets) do parts[#parts + 1] = struct.pack('>dd', one[1], one[2]) end
  if life then call('SET', key, table.concat(parts), 'PX', life) else call('SET', key, table.concat(parts), 'KEEPTTL') end
end

local function new_counter(name, cap, soft, mark, slot)
  return { held = 0, spent = 0, next_told = soft == '' and NEVER or UNKNOWN, newest = slot, mark = mark, name = name, cap = cap, soft = soft, told = 0, stretch = '', buckets = {} }
end

local function name_of(key)
  local counter = read_counter(key)
  return counter and counter.name or ''
end

-- What is spent in a bucket becomes so much more. What it was, and what it is.
local function add_to_bucket(counter, number, more)
  local buckets, place = counter.buckets, 1
  while buckets[place] and buckets[place][1] < number do place = place + 1 end
  if not buckets[place] or buckets[place][1] ~= number then table.insert(buckets, place, { number, 0 }) end
  local before = buckets[place][2]
  buckets[place][2] = sum(before, more)
  return before, buckets[place][2]
end

-- Brings a rolling counter up to a bucket: what has left the window goes. Where the clock stepped back, every amount keeps
-- its bucket, and what lies ahead by up to a window counts too.
local function roll(key, bucket, life)
  local counter = read_counter(key)
  if counter and bucket ~= counter.newest then
    local left = {}
    counter.spent, counter.newest = 0, bucket
    for _, one in ipairs(counter.buckets) do
      if one[1] >= bucket - BUCKETS then left[#left + 1] = one end
      if one[1] >= bucket - BUCKETS and one[1] <= bucket + BUCKETS then counter.spent = counter.spent + one[2] end
    end
    counter.buckets = left
    write_counter(key, counter, life)
  end
  return counter
end

-- Adds to what is spent at a slot of a counter, if that still counts there.
local function charge(record, at, slot, more)
  if more == 0 then return end
  local key = record[at + KEY]
  local counter = read_counter(key)
  if not counter then return end
  if record[at + KIND] == ROLLING then
    if slot < counter.newest - BUCKETS then return end
    local before, after = add_to_bucket(counter, slot, more)
    if slot <= counter.newest + BUCKETS then counter.spent = counter.spent - before + after end
  else
    counter.spent = sum(counter.spent, more)
  end
  write_counter(key, counter)
end

-- Corrects what the end of a lease charged, unless an operator has forgotten it since: it must not come off what others spent.
local function correct(record, at, less)
  local counter = read_counter(record[at + KEY])
  if counter and record[DUE] - DAY > (counter.reset or 0) then charge(record, at, record[at + SLOT], less) end
end

-- Takes back what a counter holds and charges what it came to, at the slot where it was taken.
local function close(record, at, held, spent)
  local key = record[at + KEY]
  local counter = read_counter(key)
  if not counter then return end
  counter.held = counter.held - held
  if record[at + KIND] ~= ROLLING then counter.spent = sum(counter.spent, spent) end
  write_counter(key, counter)
  if record[at + KIND] == ROLLING then charge(record, at, record[at + SLOT], spent) end
end

-- Puts an alert into the outbox, unless one about the same matter was recorded before.
local function record_alert(matter, payload)
  local mark = redis.sha1hex(matter)
  local key = prefix .. 'a:' .. mark
  if call('EXISTS', key) == 1 then return false end
  local place = call('INCR', prefix .. 'alerts-recorded')
  call('HSET', key, 'd', payload, 'n', '0', 'q', text(place))
  if call('ZCARD', prefix .. 'alerts') >= MOST_ALERTS then
    -- The oldest by when it was recorded: by when they are due, those that are new would go before all that were postponed.
    local oldest = call('ZPOPMIN', prefix .. 'alerts-order')[1] or call('ZPOPMIN', prefix .. 'alerts')[1]
    call('ZREM', prefix .. 'alerts', oldest)
    local id = call('HGET', prefix .. 'a:' .. oldest, 'i')
    if id then call('HDEL', prefix .. 'alert-ids', id) end
    call('DEL', prefix .. 'a:' .. oldest)
    call('INCR', prefix .. 'alerts-dropped')
  end
  -- Due at once by every clock, the oldest first.
  call('ZADD', prefix .. 'alerts', text(place - LARGEST), mark)
  call('ZADD', prefix .. 'alerts-order', text(place), mark)
  return true
end

-- Records every soft limit that a charge reached for the first time in its run.
local function tell(kind, key, bucket)
  local counter = read_counter(key)
  if not counter or counter.soft == '' then return false end
  local cap, soft, start = counter.cap, counter.soft, nil
  if kind == CALENDAR then
    local last = call('GET', base_of(key) .. ':told')
    if not last then return false end
    local mark
    mark, cap, soft = cmsgpack.unpack(last)
    if soft == '' then return false end
  end
  local spent, told = counter.spent, counter.told
  if spent <= 0 then return false end
  if kind == ROLLING then
    start = text(math.floor(bucket / BUCKETS))
    if counter.stretch ~= start then told = 0 end
  else
    start = string.match(key, ':(%-?%d+)$')
  end
  local highest, next_told, is_new = told, NEVER, false
  for _, one in ipairs(cjson.decode(soft)) do
    if one[1] > told and spent * 100 >= cap * one[1] then
      highest = one[1]
      local matter = 'share\n' .. counter.name .. '\n' .. start .. '\n' .. one[1]
      local payload = table.concat({ 's', text(one[1]), text(one[2]), text(spent), text(cap), text(now), start, #one[3], one[3] .. counter.name }, '\n')
      if record_alert(matter, payload) then is_new = true end
    elseif one[1] > told then
      next_told = math.min(next_told, cap * one[1])
    end
  end
  if kind == CALENDAR and counter.soft == soft and counter.cap == cap then counter.next_told = next_told end
  if highest > told then
    counter.told = highest
    if kind == ROLLING then counter.stretch = start end
  end
  write_counter(key, counter)
  return is_new
end

-- A record; 'S' or 'R' with its flags where the hold was settled or released; or nothing. A rolling counter's slot follows from
-- the instant of the hold, since whoever wrote the limit did not know it.
local function load(key)
  local packed = call('GET', key)
  if not packed then return nil end
  local first = string.sub(packed, 1, 1)
  if first == 'S' or first == 'R' then
    if now >= tonumber(string.sub(packed, 4)) then return nil end
    return first, string.sub(packed, 2, 2) == '1', string.sub(packed, 3, 3) == '1'
  end
  local record = { cmsgpack.unpack(packed) }
  if record[PHASE] ~= OPEN and now >= record[DUE] then return nil end
  for at = FIRST, #record, COUNTER_SIZE do
    if record[at + KIND] == ROLLING then record[at + SLOT] = bucket_at(record, at, record[TAKEN]) end
  end
  return record
end

local function save(key, record, until_then)
  call('SET', key, cmsgpack.pack(unpack(record)), 'PX', milliseconds(until_then - now))
end

local function bury(key, letter, overrun, late, kept)
  call('SET', key, letter .. (overrun and '1' or '0') .. (late and '1' or '0') .. text(now + kept), 'PX', milliseconds(kept))
end

local function each(record, action)
  for at = FIRST, #record, COUNTER_SIZE do action(at) end
end

-- Until when the record of an open hold is kept: as long as the last of its counters, which lives on from its last touch. With nobody there
-- to end its lease meanwhile, what it holds would never be free again. A day more than those of a calendar, which end at an instant.
local function kept_until(record)
  local till = record[DUE] + DAY
  each(record, function(at)
    local last = record[at + KIND] == CALENDAR and record[at + ENDS] + 3 * DAY or record[DUE] + tonumber(record[at + LIFE]) * 1000
    till = math.max(till, last)
  end)
  return till
end

local function advance(record, at)
  if record[at + KIND] == ROLLING then roll(record[at + KEY], bucket_at(record, at, now), record[at + LIFE]) end
end

-- Adds a line to the journal: the oldest goes where there are too many. A list, since not every server has streams.
local function add_line(line)
  if call('RPUSH', prefix .. 'journal', line) > JOURNAL_LINES then
    call('LPOP', prefix .. 'journal')
    call('INCR', prefix .. 'journal-first')
  end
end

-- A line for an attempt whose owner died, with the names of its counters.
local function journal_lease(record, is_charged)
  local names = {}
  each(record, function(at) names[#names + 1] = name_of(record[at + KEY]) end)
  add_line('l' .. cjson.encode({
    id = record[ID], at = text(record[DUE]), charged = is_charged, counters = #names > 0 and names or nil,
    requests = text(record[REQUESTS]), input = text(record[INPUT]), output = text(record[OUTPUT]), cost = text(record[COST]) }))
end

local function end_lease(name)
  local key = prefix .. 'h:' .. name
  local record = load(key)
  if type(record) ~= 'table' or record[PHASE] ~= OPEN then return end
  local is_charged = record[ON_END] == 1
  each(record, function(at)
    advance(record, at)
    local kind = record[at + KIND]
    local held = amount(record, REQUESTS, record[at + DIMENSION])
    close(record, at, held, (is_charged and kind ~= CONCURRENT) and held or 0)
    if is_charged and kind ~= CONCURRENT then tell(kind, record[at + KEY], kind == ROLLING and bucket_at(record, at, now)) end
  end)
  journal_lease(record, is_charged)
  record[PHASE] = is_charged and CHARGED or RELEASED
  record[DUE] = record[DUE] + DAY
  if record[DUE] > now then save(key, record, record[DUE]) else call('DEL', key) end
end

-- Writes down when the first of the open leases ends: until then no hold and no settle need look for one that has. Those that close
-- and those that are extended leave it as it is, which is too early and never too late. Nothing is written down while an operator's
-- caps count: then every hold has to look for them.
local function note_first()
  local first = call('ZRANGE', due_key, '0', '0', 'WITHSCORES')
  if first[1] and call('EXISTS', prefix .. 'caps') == 0 then call('SET', prefix .. 'first', text(tonumber(first[2]))) else call('DEL', prefix .. 'first') end
end

-- Closes holds whose lease has ended: a few at a time, so that no operation pays for an outage. Those that wait keep room
-- taken, never give it.
local function end_leases(most)
  local ended = call('ZRANGEBYSCORE', due_key, '-inf', text(now), 'LIMIT', '0', text(most))
  for i = 1, #ended do
    end_lease(ended[i])
    call('ZREM', due_key, ended[i])
  end
  note_first()
  return #ended
end

-- Closes holds that a clock took which was days ahead of now: no lease is longer than a day, and none may last for years.
local function end_leases_ahead()
  local ahead = call('ZRANGEBYSCORE', due_key, '(' .. text(now + 2 * DAY), '+inf', 'LIMIT', '0', '256')
  for i = 1, #ahead do
    local key = prefix .. 'h:' .. ahead[i]
    local record = load(key)
    if type(record) == 'table' and record[PHASE] == OPEN then
      record[DUE] = now
      save(key, record, now + DAY)
      end_lease(ahead[i])
    end
    call('ZREM', due_key, ahead[i])
  end
  return #ahead
end

-- A cap that an operator has set counts instead of the application's.
local function set_caps(limits)
  local names = {}
  for i = 1, #limits do names[i] = limits[i].name end
  if #names == 0 then return end
  local caps = call('HMGET', prefix .. 'caps', unpack(names))
  for i = 1, #limits do
    if caps[i] then limits[i].brought, limits[i].cap, limits[i].mark = limits[i].cap, tonumber(caps[i]), NO_MARK end
  end
end

-- The limits of a call, packed: what a record keeps of each, again packed; name and soft limits of each, again packed; cap of each,
-- and that and its soft limits in short. What the record keeps stays as it came. Nothing where the calendar of one is out of date.
local function limits_from(packed)
  local told, limits = { cmsgpack.unpack(packed) }, {}
  local fields, names = { cmsgpack.unpack(told[1]) }, { cmsgpack.unpack(told[2]) }
  for i = 1, #names / 2 do
    local at = 1 + (i - 1) * COUNTER_SIZE
    local limit = {
      kind = fields[at + KIND], key = fields[at + KEY], slot = 0, dimension = fields[at + DIMENSION], ends = 0, next_ends = 0,
      window = fields[at + WINDOW], life = fields[at + LIFE],
      name = names[2 * i - 1], cap = told[1 + 2 * i], soft = names[2 * i], mark = told[2 + 2 * i] }
    if limit.kind == CALENDAR then
      local starts, ends, next_ends = fields[at + SLOT], fields[at + ENDS], fields[at + NEXT_ENDS]
      if now < starts or now >= next_ends then return nil end
      local is_next = now >= ends
      limit.base = base_of(limit.key)
      if is_next then limit.key = limit.base .. ':' .. text(ends) end
      limit.slot = is_next and ends or starts
      limit.ends = is_next and next_ends or ends
      limit.next_ends = next_ends
      limit.life = milliseconds(limit.ends - now + 2 * DAY)
    elseif limit.kind == ROLLING then
      limit.slot, limit.ends, limit.next_ends = bucket_at(fields, at, now), fields[at + ENDS], fields[at + NEXT_ENDS]
    end
    limits[i] = limit
  end
  set_caps(limits)
  return limits
end

local function look(limit)
  local counter
  if limit.kind == ROLLING then counter = roll(limit.key, limit.slot, limit.life) else counter = read_counter(limit.key) end
  limit.counter, limit.spent, limit.held = counter, counter and counter.spent or 0, counter and counter.held or 0
end

-- Where room for an amount comes: the end of a calendar window, or the bucket that must leave; -1 where time brings none.
local function room(limit, asked)
  if asked > limit.cap or limit.kind == CONCURRENT then return -1 end
  if limit.kind == CALENDAR then return limit.ends end
  if limit.held > limit.cap - asked then return -1 end
  local buckets = limit.counter and limit.counter.buckets or {}
  local missing = asked + limit.held - limit.cap
  for _, one in ipairs(buckets) do missing = missing + one[2] end
  local last = -1
  for _, one in ipairs(buckets) do
    last = one[1]
    missing = missing - one[2]
    if missing <= 0 then break end
  end
  return last
end

local function take(limit, asked)
  local counter = limit.counter
  local had_soft = counter and counter.soft or ''
  local is_same = counter and had_soft == limit.soft and counter.cap == limit.cap
  if not counter then counter = new_counter(limit.name, limit.cap, limit.soft, limit.mark, limit.slot) end
  if not is_same then counter.next_told = limit.soft == '' and NEVER or UNKNOWN end
  counter.held, counter.cap, counter.soft, counter.mark, counter.brought = counter.held + asked, limit.cap, limit.soft, limit.mark, limit.brought
  if is_same and limit.kind ~= CONCURRENT then return write_counter(limit.key, counter) end
  write_counter(limit.key, counter, limit.life)
  if limit.kind == CALENDAR and (limit.soft ~= '' or had_soft ~= '') then
    call('SET', limit.base .. ':told', cmsgpack.pack(limit.mark, limit.cap, limit.soft), 'PX', limit.life)
  end
end

local function held_answer(record)
  return { 'held', record[TAKEN], record[DUE], record[REQUESTS], record[INPUT], record[OUTPUT], record[COST] }
end

-- Claims the nonce in KEYS[3]. Nothing where it is ours now, else why not. At the cap it refuses, it never drops a live one. Of the
-- stretch before, those count that have not lapsed yet, as if they did so evenly: a count of each moment would be a read of each.
local function claim_nonce(keep, most)
  if keep <= now then return 'replayed' end
  local life = milliseconds(keep - now)
  if not call('SET', KEYS[3], text(keep), 'NX', 'PX', life) then
    -- Its time is up by this clock, though not yet by the server's own.
    if now < tonumber(call('GET', KEYS[3])) then return 'replayed' end
    call('SET', KEYS[3], text(keep), 'PX', life)
  end
  local starts = keep - keep % STRETCH
  local count = call('INCR', KEYS[4])
  if count == 1 then call('PEXPIRE', KEYS[4], milliseconds(starts + STRETCH - now)) end
  if count + (tonumber(call('GET', KEYS[5])) or 0) * math.max(0, math.min(1, (starts - now) / STRETCH)) > most then
    call('DECR', KEYS[4])
    call('DEL', KEYS[3])
    return 'full'
  end
  return nil
end

-- ARGV[4] until when the nonce is kept, [5] how many its key may have claimed.
local function claim()
  return { claim_nonce(tonumber(ARGV[4]), tonumber(ARGV[5])) or 'claimed' }
end

-- The limits without room: place, spent, held, where room comes and the cap that counts, of each.
local function denials_of(limits, record)
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
      denied[#denied + 1] = limit.cap
    end
  end
  return denied
end

-- ARGV[4] the limits. [5] the lease, until when the nonce is kept, how many nonces a key may have claimed; what the record keeps of
-- the hold itself, again packed: 1 where its end charges, requests, tokens in, tokens out, nano-dollars and its id; and what is
-- asked of each limit.
local function hold()
  local limits, told = limits_from(ARGV[4]), { cmsgpack.unpack(ARGV[5]) }
  if not limits then return { 'clock', now } end
  end_leases(16)
  if KEYS[3] then
    local refused = claim_nonce(told[2], told[3])
    if refused then return { refused } end
  end
  local known = load(KEYS[2])
  if known then
    if type(known) == 'table' and known[PHASE] == OPEN then return held_answer(known) end
    return { 'closed' }
  end
  local record = { OPEN, now, now + told[1], cmsgpack.unpack(told[4]) }
  local denied = denials_of(limits, record)
  if #denied > 1 and end_leases_ahead() > 0 then denied = denials_of(limits, record) end
  if #denied > 1 then return denied end
  for i = 1, #limits do
    local limit = limits[i]
    take(limit, amount(record, REQUESTS, limit.dimension))
    local at = FIRST + (i - 1) * COUNTER_SIZE
    record[at + KIND] = limit.kind
    record[at + KEY] = limit.key
    record[at + SLOT] = limit.slot
    record[at + DIMENSION] = limit.dimension
    record[at + ENDS] = limit.ends
    record[at + NEXT_ENDS] = limit.next_ends
    record[at + WINDOW] = limit.window
    record[at + LIFE] = limit.life
  end
  call('ZADD', due_key, text(record[DUE]), hold_name())
  note_first()
  save(KEYS[2], record, kept_until(record))
  return held_answer(record)
end

-- The run of a calendar window that the excess of an overrun belongs to: that of now. Its start and its end, or nothing where
-- only the caller knows.
local function present(record, at, spans)
  if now >= record[at + SLOT] and now < record[at + ENDS] then return record[at + SLOT], record[at + ENDS] end
  if now >= record[at + ENDS] and now < record[at + NEXT_ENDS] then return record[at + ENDS], record[at + NEXT_ENDS] end
  local span = spans[base_of(record[at + KEY])]
  if span and now >= span[1] and now < span[2] then return span[1], span[2] end
  return nil
end

-- Charges what is above a hold to the counter as it is now. Whether a soft limit was reached by that.
local function charge_excess(record, at, more, starts, ends)
  if record[at + KIND] == ROLLING then
    charge(record, at, bucket_at(record, at, now), more)
    return tell(ROLLING, record[at + KEY], bucket_at(record, at, now))
  end
  local key = base_of(record[at + KEY]) .. ':' .. text(starts)
  local counter = read_counter(key)
  if counter then
    counter.spent = sum(counter.spent, more)
    write_counter(key, counter)
  else
    local held = read_counter(record[at + KEY]) or new_counter('', 0, '', NO_MARK, 0)
    counter = new_counter(held.name, held.cap, held.soft, held.mark, 0)
    counter.spent, counter.brought = sum(0, more), held.brought
    local life = milliseconds(ends - now + 2 * DAY)
    write_counter(key, counter, life)
    -- As long as this run: the next hold finds nothing new in it and leaves alone what was told.
    call('PEXPIRE', base_of(key) .. ':told', life)
  end
  return tell(CALENDAR, key)
end

local function close_all(record, actual, spans)
  local was_open = record[PHASE] == OPEN
  local excess, overrun, has_alerts = {}, false, false
  local asks = { 'clock', now }
  each(record, function(at)
    local dimension = record[at + DIMENSION]
    local covered = record[PHASE] == RELEASED and 0 or amount(record, REQUESTS, dimension)
    local more = record[at + KIND] == CONCURRENT and 0 or math.max(0, amount(actual, 1, dimension) - covered)
    if more > 0 then
      overrun = true
      excess[at] = { more }
      if record[at + KIND] == CALENDAR then
        excess[at][2], excess[at][3] = present(record, at, spans)
        if not excess[at][2] then
          asks[#asks + 1] = base_of(record[at + KEY])
          asks[#asks + 1] = record[at + WINDOW]
        end
      end
    end
  end)
  if #asks > 2 then return asks end
  each(record, function(at)
    local dimension = record[at + DIMENSION]
    local held, used = amount(record, REQUESTS, dimension), amount(actual, 1, dimension)
    if record[at + KIND] == CONCURRENT then
      if was_open then close(record, at, held, 0) end
      return
    end
    advance(record, at)
    if was_open then
      close(record, at, held, math.min(used, held))
      if math.min(used, held) > 0 and tell(record[at + KIND], record[at + KEY], record[at + KIND] == ROLLING and bucket_at(record, at, now)) then has_alerts = true end
    else
      local covered = record[PHASE] == CHARGED and held or 0
      correct(record, at, math.min(used, covered) - covered)
    end
    if excess[at] and charge_excess(record, at, unpack(excess[at], 1, 3)) then has_alerts = true end
  end)
  return nil, overrun, not was_open, has_alerts
end

-- Tells those who wait for room, wherever they are. Nothing is said where nobody does.
local function tell_waiters()
  if call('EXISTS', prefix .. 'waiting') == 1 then call('PUBLISH', prefix .. 'room', '') end
end

-- ARGV[4] for how long its end is remembered, then requests, tokens in, tokens out and nano-dollars that were used; from [5] on
-- key, start and end of the calendar windows that a clock answer asked for.
local function settle()
  end_leases(16)
  local record, overrun, late = load(KEYS[2])
  local has_alerts = false
  if not record or record == 'R' then return { 'unknown' } end
  if record ~= 'S' then
    local spans, asks = {}, nil
    for at = 5, #ARGV, 3 do spans[ARGV[at]] = { tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]) } end
    local told = { cmsgpack.unpack(ARGV[4]) }
    asks, overrun, late, has_alerts = close_all(record, { unpack(told, 2, 5) }, spans)
    if asks then return asks end
    call('ZREM', due_key, hold_name())
    bury(KEYS[2], 'S', overrun, late, told[1])
    tell_waiters()
  end
  return { 'settled', overrun and 1 or 0, late and 1 or 0, has_alerts and 1 or 0 }
end

-- ARGV[4] for how long its end is remembered. An unknown hold is refused from then on: its request may still be on the way, and
-- its owner has given it up.
local function release()
  end_leases(16)
  local record = load(KEYS[2])
  if record == 'R' then return { 'released' } end
  if record == 'S' then return { 'unknown' } end
  if record then
    close_all(record, { 0, 0, 0, 0 }, {})
    call('ZREM', due_key, hold_name())
    tell_waiters()
  end
  bury(KEYS[2], 'R', false, false, tonumber(ARGV[4]))
  return { record and 'released' or 'unknown' }
end

-- ARGV[4] the new lease, from now.
local function extend()
  end_leases(16)
  local record = load(KEYS[2])
  if type(record) ~= 'table' or record[PHASE] ~= OPEN then return { 'unknown' } end
  record[DUE] = math.max(record[DUE], now + tonumber(ARGV[4]))
  each(record, function(at)
    if record[at + KIND] ~= CALENDAR then call('PEXPIRE', record[at + KEY], record[at + LIFE]) end
  end)
  call('ZADD', due_key, text(record[DUE]), hold_name())
  save(KEYS[2], record, kept_until(record))
  return { 'extended' }
end

-- ARGV[4] the limits.
local function read()
  local limits = limits_from(ARGV[4])
  if not limits then return { 'clock', now } end
  end_leases(64)
  local answer = { 'states' }
  for i = 1, #limits do
    local limit = limits[i]
    look(limit)
    local is_full = limit.spent + limit.held >= limit.cap and limit.counter
    answer[#answer + 1] = limit.spent
    answer[#answer + 1] = limit.held
    answer[#answer + 1] = limit.kind == CALENDAR and limit.ends or -1
    answer[#answer + 1] = is_full and room(limit, 1) or -1
    answer[#answer + 1] = limit.cap
  end
  return answer
end

local function count()
  while end_leases(256) == 256 do end
  while end_leases_ahead() == 256 do end
  return { 'open', call('ZCARD', due_key) }
end

-- ARGV[4] the matter, [5] the alert.
local function record()
  return { record_alert(ARGV[4], ARGV[5]) and 'new' or 'known' }
end

-- ARGV[4] how many at most, [5] for how long nobody else gets them: mark, alert and attempt of each.
local function take_alerts()
  local due = call('ZRANGEBYSCORE', prefix .. 'alerts', '-inf', text(now), 'LIMIT', '0', ARGV[4])
  local taken = {}
  for i = 1, #due do
    local key = prefix .. 'a:' .. due[i]
    local found = call('HMGET', key, 'd', 'q')
    taken[i] = { tonumber(found[2]), due[i], found[1], call('HINCRBY', key, 'n', '1') }
    call('ZADD', prefix .. 'alerts', text(now + tonumber(ARGV[5])), due[i])
  end
  table.sort(taken, function(one, other) return one[1] < other[1] end)
  local answer = { 'alerts' }
  for _, one in ipairs(taken) do
    for place = 2, 4 do answer[#answer + 1] = one[place] end
  end
  return answer
end

-- Pairs from ARGV[4]: the ids under which alerts were handed out, and their marks.
local function name_alerts()
  for at = 4, #ARGV, 2 do
    -- One that was dropped meanwhile is nobody's any more.
    if call('ZSCORE', prefix .. 'alerts', ARGV[at + 1]) then
      call('HSET', prefix .. 'alert-ids', ARGV[at], ARGV[at + 1])
      call('HSET', prefix .. 'a:' .. ARGV[at + 1], 'i', ARGV[at])
    end
  end
  return { 'named' }
end

-- ARGV[4] the alert's id, [5] for how long it waits, or nothing where it is delivered. A matter stays known for a day.
local function close_alert()
  local mark = call('HGET', prefix .. 'alert-ids', ARGV[4])
  if not mark or not call('ZSCORE', prefix .. 'alerts', mark) then return { 'unknown' } end
  if ARGV[5] then
    call('ZADD', prefix .. 'alerts', text(now + tonumber(ARGV[5])), mark)
    return { 'postponed' }
  end
  call('ZREM', prefix .. 'alerts', mark)
  call('ZREM', prefix .. 'alerts-order', mark)
  call('HDEL', prefix .. 'a:' .. mark, 'd', 'n', 'i')
  call('PEXPIRE', prefix .. 'a:' .. mark, milliseconds(DAY))
  call('HDEL', prefix .. 'alert-ids', ARGV[4])
  return { 'completed' }
end

-- What names a line, for how long its name is remembered, and the line: added once, however often it is asked for.
local function add_once(name, kept, line)
  if not call('SET', prefix .. 'j:' .. redis.sha1hex(name), '', 'NX', 'PX', milliseconds(tonumber(kept))) then return false end
  add_line(line)
  return true
end

-- ARGV[4] what names the line, [5] for how long its name is remembered, [6] the line.
local function append()
  return { add_once(ARGV[4], ARGV[5], ARGV[6]) and 'appended' or 'known' }
end

-- ARGV[4] the number of the first line, [5] how many: the number behind them, and the lines.
local function lines()
  local first = tonumber(call('GET', prefix .. 'journal-first')) or 0
  local from = math.max(tonumber(ARGV[4]), first)
  local found = call('LRANGE', prefix .. 'journal', text(from - first), text(from - first + tonumber(ARGV[5]) - 1))
  return { 'lines', from + #found, unpack(found) }
end

-- Changes are numbered by their instants, each above all before it.
local function key_changed(name)
  local last = tonumber(call('ZRANGE', prefix .. 'keys-changed', '-1', '-1', 'WITHSCORES')[2]) or 0
  call('ZADD', prefix .. 'keys-changed', text(math.max(now, last + 1)), name)
end

-- ARGV[4] the key's name, [5] its record, [6] when it ends, is revoked and frozen, each or nothing. A name is never used twice.
local function add_key()
  if call('HSETNX', prefix .. 'keys', ARGV[4], ARGV[5]) == 0 then
    -- Asked again by who had no answer.
    return { call('HGET', prefix .. 'keys', ARGV[4]) == ARGV[5] and 'added' or 'known' }
  end
  for i, what in ipairs({ 'ends', 'revoked', 'frozen' }) do
    if ARGV[5 + i] ~= '' then call('HSET', prefix .. 'keys-' .. what, ARGV[4], ARGV[5 + i]) end
  end
  key_changed(ARGV[4])
  return { 'added' }
end

-- ARGV[4] the key's name, [5] ends, revoked or frozen, [6] the instant, or nothing to take it back. What ends or revokes a key
-- only ever comes earlier: a later one must not make it live until then.
local function change_key()
  if call('HEXISTS', prefix .. 'keys', ARGV[4]) == 0 then return { 'unknown' } end
  local at = prefix .. 'keys-' .. ARGV[5]
  local before = tonumber(call('HGET', at, ARGV[4]))
  if not ARGV[6] then
    call('HDEL', at, ARGV[4])
  else
    -- Revoked and frozen is at once, however far ahead the clock is that says so.
    local instant = tonumber(ARGV[6])
    if ARGV[5] ~= 'ends' then instant = math.min(instant, now) end
    if ARGV[5] == 'frozen' or not before or instant < before then call('HSET', at, ARGV[4], text(instant)) end
  end
  key_changed(ARGV[4])
  return { 'changed' }
end

-- ARGV[4] the number of the last change that the caller has seen and [6] the key that it was of, 0 and nothing at first, [5] how many at most:
-- how many keys there are, the last change that is told here, and name, record and the three instants of each key that was changed.
local function keys()
  -- It was seen at a server that has not come back with it: empty, or as it was copied before. Numbers alone would meet by chance.
  if ARGV[6] ~= '' and (tonumber(call('ZSCORE', prefix .. 'keys-changed', ARGV[6])) or 0) < tonumber(ARGV[4]) then return { 'lost' } end
  -- Who reads from the beginning finds all of them, also those of whose changes nothing is known: stores of before have no list of them.
  if ARGV[4] == '0' and call('ZCARD', prefix .. 'keys-changed') < call('HLEN', prefix .. 'keys') then
    for _, name in ipairs(call('HKEYS', prefix .. 'keys')) do
      if not call('ZSCORE', prefix .. 'keys-changed', name) then key_changed(name) end
    end
  end
  local changed = call('ZRANGEBYSCORE', prefix .. 'keys-changed', '(' .. ARGV[4], '+inf', 'WITHSCORES', 'LIMIT', '0', ARGV[5])
  local answer = { 'keys', call('HLEN', prefix .. 'keys'), text(tonumber(changed[#changed] or ARGV[4])) }
  local names = {}
  for i = 1, #changed, 2 do names[#names + 1] = changed[i] end
  if #names == 0 then return answer end
  local parts = { call('HMGET', prefix .. 'keys', unpack(names)) }
  for i, what in ipairs({ 'ends', 'revoked', 'frozen' }) do parts[i + 1] = call('HMGET', prefix .. 'keys-' .. what, unpack(names)) end
  for i, name in ipairs(names) do
    answer[#answer + 1] = name
    for part = 1, 4 do answer[#answer + 1] = parts[part][i] or '' end
  end
  return answer
end

-- ARGV[4] how many at most: id, instant, end, 1 where that charges, the amounts and the names of the counters, of the oldest.
local function holds()
  local answer = { 'holds' }
  for _, name in ipairs(call('ZRANGE', due_key, '0', text(tonumber(ARGV[4]) - 1))) do
    local record = load(prefix .. 'h:' .. name)
    if type(record) == 'table' and record[PHASE] == OPEN then
      local names = {}
      each(record, function(at) names[#names + 1] = name_of(record[at + KEY]) end)
      answer[#answer + 1] = { record[ID], record[TAKEN], record[DUE], record[ON_END], record[REQUESTS], record[INPUT], record[OUTPUT], record[COST], names }
    end
  end
  return answer
end

-- ARGV[4] the key of a counter: its name and the cap that the last hold brought, whatever an operator had set.
local function tell_counter()
  local counter = read_counter(ARGV[4])
  if not counter then return { 'unknown' } end
  return { 'counter', counter.name, counter.brought or counter.cap }
end

-- ARGV[4] the counter's name, [5] its cap, or nothing for the application's, [6] to [8] the line of the journal, which comes
-- first: a script that fails half way is not taken back, and there must be no change without its line.
local function set_cap()
  local is_cleared = ARGV[5] == ''
  if is_cleared and call('HEXISTS', prefix .. 'caps', ARGV[4]) == 0 then return { 'unknown' } end
  add_once(ARGV[6], ARGV[7], ARGV[8])
  if is_cleared then call('HDEL', prefix .. 'caps', ARGV[4]) else call('HSET', prefix .. 'caps', ARGV[4], ARGV[5]) end
  note_first()
  return { is_cleared and 'cleared' or 'set' }
end

-- ARGV[4] the limit: forgets what is spent in its present window, and says what it was. [5] to [7] the line of the journal, whose
-- end is what was spent.
local function reset()
  local limits = limits_from(ARGV[4])
  if not limits then return { 'clock', now } end
  while end_leases(256) == 256 do end
  local limit = limits[1]
  look(limit)
  if not limit.counter then return { 'unknown' } end
  add_once(ARGV[5], ARGV[6], ARGV[7] .. text(limit.spent) .. '}')
  limit.counter.spent, limit.counter.buckets, limit.counter.reset = 0, {}, now
  write_counter(limit.key, limit.counter)
  tell_waiters()
  return { 'reset', limit.spent }
end

local operations = { hold = hold, settle = settle, release = release, extend = extend, read = read, count = count, claim = claim,
  record = record, take = take_alerts, name = name_alerts, close = close_alert, append = append, lines = lines,
  ['add-key'] = add_key, ['change-key'] = change_key, keys = keys, holds = holds, counter = tell_counter, ['set-cap'] = set_cap, reset = reset }
return operations[ARGV[1]]()
