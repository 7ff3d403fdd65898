-- The common case of a hold, of many and of a settle, in front of the ledger's script: no lease to end, no cap of an operator's, counters that are
-- known and have the same cap, room for all, no overrun and no soft limit reached. It takes one closure, of which dozens cost the
-- full script more than the commands that it runs. Whatever is out of the common goes on below; nothing is written before that
-- is known. Keys, arguments, records and counters are those of the full script; the answer is a bare number, which costs both sides
-- least: when a hold was taken, 1 where it is settled. Numbers become text by %d, which costs a third of %.0f: all of them are
-- whole here. All that an operation reads comes by one MGET or two: a command of its own for each key costs three times as much,
-- and every byte that comes is hashed.
repeat
  local operation = ARGV[1]
  if operation ~= 'hold' and operation ~= 'hold-many' and operation ~= 'settle' then break end
  local call, format, floor, unpack_all, pack, read = redis.call, string.format, math.floor, cmsgpack.unpack, struct.pack, struct.unpack
  local prefix, now = ARGV[3], ARGV[2] + 0
  if now < 0 then
    local time = call('TIME')
    now = (time[1] - 1577836800) * 1000000 + time[2]
  end
  local is_common = true

  -- What has left the window of a rolling counter goes: what is spent without it, where the buckets begin, where those begin that stay, and where
  -- the last one is. Nothing where the clock stepped back, or did and amounts lie far ahead: then it is the full script's.
  local function roll(counter, newest, bucket, spent)
    local from, last = 45 + read('>I4', counter, 41), #counter - 15
    if bucket < newest or (last >= from and read('>d', counter, last) > newest + 32) then return nil end
    local start = from
    while start <= last do
      local number_there, amount = read('>dd', counter, start)
      if number_there >= bucket - 32 then break end
      spent, start = spent - amount, start + 16
    end
    return spent, from, start, last
  end

  -- Many at once. Those over the same limits share an argument, and what holds for the limits is found once. ARGV[4] how many such
  -- arguments there are, where the KEYS of the holds begin, and of each hold its limits and where its nonces are counted, of the
  -- stretch and of the one before, or 0; those counts are before the KEYS of the holds, and no key is there twice. Then the limits,
  -- then the holds.
  -- What they share is read once and written once, and each sees what those before it took. The tables that this takes would cost
  -- a hold alone a quarter on top, so that has lines of its own below. The answer tells of each when it was taken. One that is
  -- out of the common is left as it was and answered 0: it is asked again by itself. All that could fail was read before the
  -- first of them is written.
  if operation == 'hold-many' then
    local about = { unpack_all(ARGV[4]) }
    local lists, key, number_of_holds = about[1], about[2], (#about - 2) / 3
    local wanted, place_of, limits_of, fields_of, places_of = { 'MGET', prefix .. 'first', unpack(KEYS, 2) }, {}, {}, {}, {}
    for list = 1, lists do
      local limits, places = { unpack_all(ARGV[4 + list]) }, {}
      local fields = { unpack_all(limits[1]) }
      for at = 2, #fields, 8 do
        local place = place_of[fields[at]]
        if not place then
          place = #wanted
          place_of[fields[at]], wanted[place + 1] = place, fields[at]
        end
        places[#places + 1] = place
      end
      limits_of[list], fields_of[list], places_of[list] = limits, fields, places
    end
    local found = call(unpack(wanted))
    local first = found[1] and found[1] + 0
    for count = 2, key - 1 do found[count] = found[count] and found[count] + 0 end

    local holding, spending, newest, marks, next_tolds, rolled = {}, {}, {}, {}, {}, {} -- of counters, by their place
    local fits, lives = {}, {}
    for list = 1, lists do
      local limits, fields, places, at = limits_of[list], fields_of[list], places_of[list], 1
      lives[list] = 86400000
      fits[list] = first and now < first
      for i = fits[list] and 1 or #places + 1, #places do
        local kind, place = fields[at], places[i]
        local counter = found[place]
        if not counter then fits[list] = false break end
        if not holding[place] then
          holding[place], spending[place], newest[place], marks[place], next_tolds[place] = read('>ddddd', counter)
        end
        if marks[place] ~= limits[2 + 2 * i] then fits[list] = false break end
        if kind == 2 then
          local bucket = fields[at + 5] + floor((now * 10 + fields[at + 4]) / fields[at + 6])
          if bucket ~= newest[place] then
            local spent, from, start = roll(counter, newest[place], bucket, spending[place])
            if not spent then fits[list] = false break end
            spending[place], newest[place] = spent, bucket
            rolled[place] = pack('>dddd', spent, bucket, marks[place], next_tolds[place]) .. string.sub(counter, 41, from - 1) .. string.sub(counter, start)
          end
        elseif kind == 1 and (now < fields[at + 2] or now >= fields[at + 4]) then
          fits[list] = false break
        end
        local life = kind == 1 and (fields[at + 4] - now) / 1000 + 172800000 or fields[at + 7] + 0
        if life > lives[list] then lives[list] = life end
        at = at + 8
      end
    end

    local answers, dues, claimed, is_taken = {}, { 'ZADD', KEYS[1] }, {}, {}
    local name_at = #prefix + 3
    local earliest, lease_before, list_before, due, due_text, head, keeps
    for number = 1, number_of_holds do
      local list, counted, counted_before = about[3 * number], about[3 * number + 1], about[3 * number + 2]
      local told, life = { unpack_all(ARGV[4 + lists + number]) }, nil
      local lease, keep, own = told[1], told[2], KEYS[key]
      local is_common = fits[list] and not found[key]
      if is_common and counted > 0 then
        local count = found[counted]
        life = math.ceil((keep - now) / 1000)
        if count and found[counted_before] then
          -- Of the stretch before, what is left of it counts, as in the full script.
          local left = (keep - keep % 360000000 - now) / 360000000
          if left > 0 then count = count + found[counted_before] * (left < 1 and left or 1) end
        end
        is_common = life > 0 and count and not found[key + 1] and count < told[3]
      end

      local places, limits = places_of[list], limits_of[list]
      for i = is_common and 1 or #places + 1, #places do
        local place = places[i]
        if told[4 + i] > limits[1 + 2 * i] - spending[place] - holding[place] then is_common = false break end
      end

      if is_common then
        is_taken[list] = true
        for i = 1, #places do
          local place = places[i]
          holding[place] = holding[place] + told[4 + i]
        end
        if lease ~= lease_before or list ~= list_before then
          lease_before, list_before, due = lease, list, now + lease
          due_text, head, keeps = format('%d', due), cmsgpack.pack(0, now, due), format('%d', math.ceil(lease / 1000 + lives[list]))
          if not earliest or due < earliest then earliest = due end
        end
        if life then
          call('PSETEX', KEYS[key + 1], format('%d', life), format('%d', keep))
          found[counted], claimed[counted] = found[counted] + 1, (claimed[counted] or 0) + 1
        end
        call('PSETEX', own, keeps, head .. told[4] .. limits[1])
        dues[#dues + 1], dues[#dues + 2] = due_text, string.sub(own, name_at)
      end
      answers[number] = is_common and now or 0
      key = key + (counted > 0 and 2 or 1)
    end

    if earliest then
      for counted, more in pairs(claimed) do call('INCRBY', KEYS[counted], format('%d', more)) end
      for list in pairs(is_taken) do
        local fields, places, at = fields_of[list], places_of[list], 1
        for i = 1, #places do
          local place, counter = places[i], fields[at + 1]
          if holding[place] then
            local held = pack('>d', holding[place])
            if rolled[place] then call('SET', counter, held .. rolled[place], 'PX', fields[at + 7]) else call('SETRANGE', counter, '0', held) end
            if fields[at] == 0 then call('PEXPIRE', counter, fields[at + 7]) end
            holding[place] = nil
          end
          at = at + 8
        end
      end
      call(unpack(dues))
      if earliest < first then call('SET', prefix .. 'first', format('%d', earliest)) end
    end
    return answers
  end

  if operation == 'hold' then
    local limits, told = { unpack_all(ARGV[4]) }, { unpack_all(ARGV[5]) }
    local fields = { unpack_all(limits[1]) }
    local lease, keep = told[1], told[2]
    local wanted, first, life = { 'MGET', KEYS[2], prefix .. 'first' }, 2, nil
    if KEYS[3] then wanted[4], wanted[5], wanted[6], first = KEYS[3], KEYS[4], KEYS[5], 5 end
    for at = 2, #fields, 8 do wanted[#wanted + 1] = fields[at] end
    local found = call(unpack(wanted))
    if found[1] or not found[2] or now >= found[2] + 0 then break end
    if KEYS[3] then
      local left = found[5] and (keep - keep % 360000000 - now) / 360000000 or 0
      if found[3] or not found[4] or found[4] + (left > 0 and found[5] * (left < 1 and left or 1) or 0) >= told[3] then break end
      life = math.ceil((keep - now) / 1000)
      if life <= 0 then break end
    end

    local at, place, longest = 1, 0, 86400000 -- a record is kept as long as the last of its counters
    for i = 3, #limits, 2 do
      place = place + 1
      local kind, counter, asked = fields[at], found[first + place], told[4 + place]
      if not counter then is_common = false break end
      local held, spent, newest, mark, next_told = read('>ddddd', counter)
      if mark ~= limits[i + 1] then is_common = false break end
      local rolled = nil
      if kind == 2 then
        local bucket = fields[at + 5] + floor((now * 10 + fields[at + 4]) / fields[at + 6])
        if bucket ~= newest then
          local left, from, start = roll(counter, newest, bucket, spent)
          if not left then is_common = false break end
          spent = left
          rolled = pack('>dddd', spent, bucket, mark, next_told) .. string.sub(counter, 41, from - 1) .. string.sub(counter, start)
        end
      elseif kind == 1 and (now < fields[at + 2] or now >= fields[at + 4]) then
        is_common = false break
      end
      if asked > limits[i] - spent - held then is_common = false break end
      wanted[place] = rolled and pack('>d', held + asked) .. rolled or pack('>d', held + asked)
      local life_there = kind == 1 and (fields[at + 4] - now) / 1000 + 172800000 or fields[at + 7] + 0
      if life_there > longest then longest = life_there end
      at = at + 8
    end
    if not is_common then break end

    if life then
      call('PSETEX', KEYS[3], format('%d', life), format('%d', keep))
      call('INCR', KEYS[4])
    end
    at = 1
    for i = 1, place do
      if #wanted[i] > 8 then call('SET', fields[at + 1], wanted[i], 'PX', fields[at + 7]) else call('SETRANGE', fields[at + 1], '0', wanted[i]) end
      if fields[at] == 0 then call('PEXPIRE', fields[at + 1], fields[at + 7]) end
      at = at + 8
    end
    local due = now + lease
    call('ZADD', KEYS[1], format('%d', due), string.sub(KEYS[2], #prefix + 3))
    if due < found[2] + 0 then call('SET', prefix .. 'first', format('%d', due)) end
    call('PSETEX', KEYS[2], format('%d', math.ceil(lease / 1000 + longest)), cmsgpack.pack(0, now, due) .. told[4] .. limits[1])
    return now
  end

  local first = call('MGET', KEYS[2], prefix .. 'waiting', prefix .. 'first')
  if not first[3] or now >= first[3] + 0 or not first[1] or string.byte(first[1]) ~= 0 then break end -- a lease to end, unknown, or closed before
  local record = { unpack_all(first[1]) }
  local kept, requests, input, output, cost = unpack_all(ARGV[4])
  local wanted = { 'MGET' }
  for at = 11, #record, 8 do wanted[#wanted + 1] = record[at] end
  local counters = #record > 9 and call(unpack(wanted)) or wanted
  local places, heads, tails, marks = {}, {}, {}, {}
  local number = 0
  for at = 10, #record, 8 do
    number = number + 1
    local kind, counter, dimension = record[at], counters[number], record[at + 3]
    if not counter then is_common = false break end
    local held, used = 1, 1
    if dimension == 4 then held, used = record[8], cost
    elseif dimension == 1 then held, used = record[6] + record[7], input + output
    elseif dimension == 0 then held, used = record[5], requests
    elseif dimension == 2 then held, used = record[6], input
    elseif dimension == 3 then held, used = record[7], output end
    local now_held, spent, newest, mark, next_told = read('>ddddd', counter)
    if kind == 0 then
      if dimension ~= 5 then is_common = false break end
      used = 0
    else
      if used > held or held > 9007199254740992 then is_common = false break end
      if kind == 2 then
        local offset, first_bucket, length = record[at + 4], record[at + 5], record[at + 6]
        local slot = first_bucket + floor((record[2] * 10 + offset) / length)
        local bucket = first_bucket + floor((now * 10 + offset) / length)
        local left, from, start, last = roll(counter, newest, bucket, spent)
        if not left or slot < bucket - 32 or slot > bucket + 32 then is_common = false break end
        spent = left

        -- The newest buckets are last. What is behind the place of the hold's is either it, or goes behind it.
        local place, rest, before = last + 16, last + 16, 0
        while place > start and read('>d', counter, place - 16) > slot do place, rest = place - 16, rest - 16 end
        if place > start and read('>d', counter, place - 16) == slot then place, before = place - 16, read('>d', counter, place - 8) end
        if bucket == newest and (place < rest or rest > last) then
          if used > 0 then places[number], tails[number] = format('%d', place - 1), pack('>dd', slot, before + used) end
        else
          tails[number] = pack('>ddddd', now_held - held, spent + used, bucket, mark, next_told) .. string.sub(counter, 41, from - 1)
            .. string.sub(counter, start, place - 1) .. (used > 0 and pack('>dd', slot, before + used) or '') .. string.sub(counter, used > 0 and rest or place)
        end
      end
      if used > 0 and next_told ~= 1e300 then
        -- What is next told was found for this cap and these soft limits: only while no later run has brought others, nor an operator.
        if kind ~= 1 or next_told < 0 or spent + used > 9007199254740992 or (spent + used) * 100 >= next_told or mark == 0 then is_common = false break end
        marks[#marks + 1], marks[#marks + 2] = string.match(record[at + 1], '^(.*):%-?%d+$') .. ':told', mark
      end
      if spent + used > 9007199254740992 then is_common = false break end
    end
    heads[number] = pack('>dd', now_held - held, spent + used)
  end
  for i = 1, #marks, 2 do
    local last = call('GET', marks[i])
    if not last or unpack_all(last) ~= marks[i + 1] then is_common = false end
  end
  if not is_common then break end

  for place = 1, number do
    local key = record[3 + 8 * place]
    if tails[place] and not places[place] then
      call('SET', key, tails[place], 'PX', record[9 + 8 * place])
    else
      call('SETRANGE', key, '0', heads[place])
      if places[place] then call('SETRANGE', key, places[place], tails[place]) end
    end
  end
  call('ZREM', KEYS[1], string.sub(KEYS[2], #prefix + 3))
  call('PSETEX', KEYS[2], format('%d', math.max(1, math.ceil(kept / 1000))), 'S00' .. format('%d', now + kept))
  if first[2] then call('PUBLISH', prefix .. 'room', '') end
  return 1
until true
