-- SPDX-FileCopyrightText: 2026 The tschan authors
-- SPDX-License-Identifier: LGPL-2.1-or-later

-- A language for which the library brings nothing of its own: the introspection data alone must do.

local lgi = require 'lgi'
local GLib, GObject, Ts = lgi.GLib, lgi.GObject, lgi.require('Ts', '1')

local tests, failed = {}, false

local function test(name, body)
  tests[#tests + 1] = { name = name, body = body }
end

local function value(gtype, content)
  return GObject.Value(gtype, content)
end

test('an event', function()
  local event = Ts.Event.new()
  assert(not event:is_set())
  event:set()
  assert(event:is_set())
  assert(event:wait(nil))
end)

test('an event in a main loop', function()
  local event, loop, done = Ts.Event.new(), GLib.MainLoop(), false
  event:wait_async(nil, function(source, result)
    done = source:wait_finish(result)
    loop:quit()
  end)
  GLib.idle_add(GLib.PRIORITY_DEFAULT, function()
    event:set()
    return false
  end)
  loop:run()
  assert(done)
end)

test('a channel', function()
  local channel = Ts.Channel.new(2)
  assert(channel:send(value(GObject.Type.STRING, 'bread'), nil))
  assert(channel:get_length() == 1)
  assert(channel:receive_value(nil).value == 'bread')
  assert(channel:close())
  local item, problem = channel:receive_value(nil)
  assert(not item and problem:matches(Ts.Error, 'CLOSED'))
end)

test('a time-out', function()
  local channel = Ts.Channel.new(0)
  local item, problem = channel:receive_until_value(GLib.get_monotonic_time(), nil)
  assert(not item and problem:matches(lgi.Gio.IOErrorEnum, 'TIMED_OUT'))
end)

test('a semaphore and a select', function()
  local semaphore, select = Ts.Semaphore.new(1), Ts.Select.new()
  local index = select:add_acquire(semaphore)
  assert(select:wait(nil) == index)
  assert(select:poll() == -1)
  assert(semaphore:release(1))
end)

print('1..' .. #tests)
for number, case in ipairs(tests) do
  local ok, problem = pcall(case.body)
  failed = failed or not ok
  print((ok and 'ok ' or 'not ok ') .. number .. ' - ' .. case.name)
  if not ok then
    print('# ' .. tostring(problem):gsub('\n', '\n# '))
  end
end
os.exit(failed and 1 or 0)
