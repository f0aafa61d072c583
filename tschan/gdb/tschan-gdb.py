# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What gdb knows of tschan: it loads this file together with the library.

* "print channel" tells what is inside and who waits, for every class of the library.
* "tschan waiters", or "info tschan", tells of all that is waited for, and who waits.

Nothing is called in the program, so this works on a process that was stopped anywhere, and on a
core. It needs the library's debugging information.
"""

import re

import gdb

CLASSES = ('Barrier', 'Call', 'Channel', 'Condition', 'Event', 'Future', 'Item', 'ListModel', 'Lock',
           'Port', 'Runner', 'Select', 'Semaphore')
MOST_FRAMES = 64
MOST_LINKS = 1000
DEEPEST_STACK = 1 << 26
G_MAXINT = (1 << 31) - 1
G_MAXUINT = (1 << 32) - 1
SHARED = 1
LINE = 64
STRING = 16 << 2
FUNDAMENTAL = {number << 2: (name, field) for number, name, field in (
    (5, 'gboolean', 'v_int'), (6, 'gint', 'v_int'), (7, 'guint', 'v_uint'), (8, 'glong', 'v_long'),
    (9, 'gulong', 'v_ulong'), (10, 'gint64', 'v_int64'), (11, 'guint64', 'v_uint64'),
    (14, 'gfloat', 'v_float'), (15, 'gdouble', 'v_double'))}

# Memory


def pointer_to(name):
    return gdb.lookup_type(name).pointer()


def struct_around(pointer, name, field):
    """The struct of which this is a pointer to a member."""
    struct = gdb.lookup_type(name)
    offset = next(member.bitpos // 8 for member in struct.fields() if member.name == field)
    return gdb.Value(int(pointer) - offset).cast(struct.pointer())


def symbol_at(address):
    """The name of the function or variable there, or an empty string."""
    text = gdb.execute(f'info symbol {int(address)}', to_string=True)
    match = re.match(r'(\w+)( in section|$)', text)
    return match.group(1) if match else ''


def glist(queue):
    """What the links of a GQueue point to."""
    link, seen = queue['head'], 0
    while int(link) != 0 and seen < MOST_LINKS:
        yield link['data']
        link, seen = link['next'], seen + 1


def static_variable(name):
    symbol = gdb.lookup_static_symbol(name)
    return None if symbol is None else symbol.value()


def name_of(thing):
    name = thing['name']
    return '' if int(name) == 0 else f' "{name.string()}"'


def plural(number, noun):
    return f'{number} {noun}' if number == 1 else f'{number} {noun}s'

# Waiters


def operations(queue):
    """Those that are parked in a TsQueue."""
    operation, seen = queue['head'].cast(pointer_to('TsOperation')), 0
    while int(operation) != 0 and seen < MOST_LINKS:
        yield operation
        operation, seen = operation['next'], seen + 1


def describe_thread(thread):
    name = f' "{thread.name}"' if thread.name else ''
    return f'thread {thread.num} (LWP {thread.ptid[1]}{name})'


class Threads:
    """All threads, by their stacks. Looking at them leaves the one that was selected selected."""

    def __init__(self):
        selected, frame = gdb.selected_thread(), gdb.selected_frame()
        self.stacks, self.waits = [], []
        for thread in sorted(gdb.selected_inferior().threads(), key=lambda thread: thread.num):
            thread.switch()
            self.stacks.append((int(gdb.newest_frame().read_register('sp')), thread))
            parked = self._find_wait()
            if parked is not None:
                self.waits.append((thread, parked['op'].address))
        selected.switch()
        frame.select()

    @staticmethod
    def _find_wait():
        frame = gdb.newest_frame()
        for _ in range(MOST_FRAMES):
            if frame is None:
                return None
            if frame.name() == 'ts_operation_wait_on':
                try:
                    return frame.read_var('parked')
                except ValueError:
                    return None
            frame = frame.older()
        return None

    def owner_of(self, address):
        """The thread on whose stack that is."""
        distances = [(int(address) - sp, thread) for sp, thread in self.stacks if sp <= int(address)]
        distance, thread = min(distances, key=lambda pair: pair[0], default=(DEEPEST_STACK, None))
        return thread if distance < DEEPEST_STACK else None


def describe_task(waiter):
    result = struct_around(waiter, 'struct _TsResult', 'waiter')
    callback = symbol_at(result['callback'])
    return f'a task, for {callback}()' if callback else 'a task'


def describe_waiter(operation, threads):
    waiter = operation['waiter']
    wake = symbol_at(waiter['wake'])
    if wake == 'ts_waiter_wake_thread':
        thread = threads.owner_of(waiter)
        text = 'a thread' if thread is None else describe_thread(thread)
    elif wake == 'ts_waiter_wake_source':
        text = 'a source'
    elif wake == 'ts_waiter_wake_port':
        text = 'a port'
    else:
        text = describe_task(waiter)
    return text + ', in a select' if int(operation['flags']) & SHARED else text

def describe_overflow(overflow, dropped):
    which = ('', 'oldest', 'newest', '')[int(overflow)]
    return f', drops the {which}, {int(dropped)} so far' if which else ''

# Objects: each function returns what the object is like, and its queues of waiters


def look_at_channel(self):
    space = int(self['space'].address) + LINE - 1
    state = gdb.Value(space & ~(LINE - 1)).cast(pointer_to('TsChannelState'))
    status, capacity = int(state['status']), int(self['rest']['capacity'])
    front = self['rest']['front']
    length = (G_MAXINT if capacity < 0 else capacity) - int(state['store']['room'])
    if int(front) != 0:
        length += int(front.cast(pointer_to('TsStoreFront'))['count'])
    if capacity == 0 and length == 0:
        text = 'rendezvous'
    elif capacity <= 0:
        text = plural(length, 'item')
    else:
        text = f'{length} of {plural(capacity, "item")}'
    text += describe_overflow(status >> 2 & 3, self['dropped'])
    if status & 1:
        text += ', closed'
    return text, {' to send': state['senders'], ' to receive': state['receivers']}


def look_at_event(self):
    text = 'set' if int(self['set']) else 'not set'
    return text + (', auto-reset' if int(self['auto_reset']) else ''), {'': self['waiters']}


def look_at_lock(self):
    text = 'held' if int(self['state']) else 'free'
    if int(self['holder']):
        text += f' by LWP {int(self["holder"])}'
    return text, {'': self['waiters']}


def look_at_semaphore(self):
    return plural(int(self['state']) >> 1, 'permit'), {'': self['waiters']}


def look_at_condition(self):
    return f'of lock {int(self["lock"]):#x}', {'': self['waiters']}


def look_at_barrier(self):
    text = f'{int(self["arrived"])} of {int(self["parties"])} are there'
    return text + (', broken' if int(self['broken']) else ''), {'': self['waiters']}


def look_at_future(self):
    state = int(self['state'])
    text = ('pending', 'pending', 'resolved', 'rejected')[state]
    if state == 3:
        text += f': {self["reason"]["message"].string()}'
    return text, {'': self['waiters']}


def look_at_select(self):
    text = plural(int(self['n_active']), 'case')
    return text + (', waited on' if int(self['busy']) else ''), {}


def look_at_port(self):
    return ('closed' if int(self['core']['closed']) else 'open'), {}


def look_at_runner(self):
    core = self['core']
    if int(core['closed']):
        return ('closing' if int(core['watches']) else 'closed'), {}
    return ('running' if int(core['started']) else 'not started'), {}


def look_at_call(self):
    future = self['future']
    return (f'answers future {int(future):#x}, {look_at_future(future)[0]}' if int(future) else
            'answers nobody'), {}


def look_at_item(self):
    kind, data = int(self['value']['g_type']), self['value']['data'][0]
    if kind == 0:
        return 'empty', {}
    if kind == STRING:
        return f'gchararray {data["v_pointer"].cast(pointer_to("char"))}', {}
    if kind not in FUNDAMENTAL:
        return f'a value of GType {kind:#x}', {}
    name, field = FUNDAMENTAL[kind]
    return f'{name} {data[field]}', {}


def look_at_list_model(self):
    shown, most = int(self['n_items']), int(self['max_items'])
    hidden = int(self['rows']['count']) - shown
    text = plural(shown, 'row') if most == G_MAXUINT else f'{shown} of at most {plural(most, "row")}'
    if hidden > 0:
        text += f', {hidden} to be shown'
    text += describe_overflow(self['overflow'], self['dropped'])
    if int(self['channel']):
        text += f', from channel {int(self["channel"]):#x}{name_of(self["channel"])}'
    return text + (', finished' if int(self['finished']) else ''), {}


def look_at(name, pointer):
    """A line about an object, and its queues."""
    text, queues = globals()['look_at_' + re.sub('(?<!^)([A-Z])', r'_\1', name).lower()](pointer)
    label = name_of(pointer) if any(field.name == 'name'
                                    for field in pointer.dereference().type.fields()) else ''
    return f'Ts{name} {int(pointer):#x}{label}: {text}', queues


def count_waiters(queues):
    text = ''
    for purpose, queue in queues.items():
        number = sum(1 for _ in operations(queue))
        if number > 0:
            text += f', {number} {"waits" if number == 1 else "wait"}{purpose}'
    return text


class ObjectPrinter:
    """Prints a pointer to an object."""

    def __init__(self, name, pointer):
        self.name, self.pointer = name, pointer

    def to_string(self):
        try:
            text, queues = look_at(self.name, self.pointer)
            return text + count_waiters(queues)
        except gdb.MemoryError:
            return f'Ts{self.name} {int(self.pointer):#x}: not to be read'


def find_tschan_printer(value):
    kind = value.type.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_PTR or int(value) == 0:
        return None
    match = re.fullmatch('_Ts([A-Z][A-Za-z]+)', kind.target().strip_typedefs().tag or '')
    if match is None or match.group(1) not in CLASSES:
        return None
    try:
        pointer = value.cast(pointer_to('struct _Ts' + match.group(1)))  # to programs it is opaque
        return ObjectPrinter(match.group(1), pointer) if pointer.dereference().type.fields() else None
    except gdb.error:
        return None  # no debugging information

# Everything that is waited for


class Survey:
    """The objects that somebody waits for, as far as there is a way to find them."""

    def __init__(self):
        self.threads = Threads()
        self.objects = {}
        self.whole = {}  # who waits for something that has no queue: a select
        for thread, operation in self.threads.waits:
            self._add(operation, describe_thread(thread))
        for dispatcher in glist(static_variable('dispatchers') or {'head': gdb.Value(0)}):
            self._add_dispatcher(dispatcher.cast(pointer_to('TsDispatcher')))
        for entry in glist(static_variable('leaks_entries') or {'head': gdb.Value(0)}):
            words = entry.cast(gdb.lookup_type('void').pointer().pointer())
            self._add_object(symbol_at(words[1]), words[0])

    def _add_object(self, symbol, pointer):
        match = re.match('ts_([a-z]+)_', symbol)
        name = match.group(1).capitalize() if match else ''
        if name not in CLASSES:
            return
        pointer = pointer.cast(pointer_to('struct _Ts' + name))
        if int(pointer) not in self.objects:
            self.objects[int(pointer)] = (name, pointer)
            if name == 'Condition':
                self._add_object('ts_lock_', pointer['lock'])
            elif name == 'Select':
                self._add_cases(pointer)

    def _add_cases(self, select):
        active = select['active']
        for index in range(min(int(active['len']), MOST_LINKS)):
            operation = active['pdata'][index].cast(pointer_to('TsSelectCase'))['operation']
            self._add_object(symbol_at(operation['klass']), operation['object'])

    def _add(self, operation, who):
        self._add_object(symbol_at(operation['klass']), operation['object'])
        self.whole.setdefault(int(operation['object']), []).append(who)

    def _add_dispatcher(self, dispatcher):
        for delivery in glist(dispatcher['pending']):
            result = struct_around(delivery, 'struct _TsResult', 'delivery')
            self._add(result['operation'].address, describe_task(result['waiter'].address))

    def lines(self):
        for address, (name, pointer) in self.objects.items():
            text, queues = look_at(name, pointer)
            waiters = [f'{describe_waiter(operation, self.threads)}, waits{purpose}'
                       for purpose, queue in queues.items() for operation in operations(queue)]
            if not queues:
                waiters = [f'{who}, waits' for who in self.whole.get(address, [])]
            if waiters:
                yield text
                yield from (f'  {waiter}' for waiter in waiters)


def print_waiters():
    if gdb.selected_thread() is None:
        raise gdb.GdbError('There is no process.')
    try:
        lines = list(Survey().lines())
    except gdb.error as error:
        raise gdb.GdbError(f'Is there debugging information of tschan? {error}') from None
    print('\n'.join(lines) or 'Nobody waits for anything of tschan.')


class TschanCommand(gdb.Command):
    """Looks into tschan."""

    def __init__(self):
        super().__init__('tschan', gdb.COMMAND_DATA, prefix=True)


class WaitersCommand(gdb.Command):
    """Tells of all that is waited for, and who waits.

Found are the objects for which a thread blocks or a task waits, and those in their selects; in a
process that was started with TS_DEBUG=leaks, all. Of sources and ports, those are told of that wait
for one of these."""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        print_waiters()


def register():
    """GLib's printer takes every pointer to an object, so the first to be asked must be this one."""
    first = next(iter(gdb.objfiles()), gdb)
    first.pretty_printers[:] = [find_tschan_printer] + [
        printer for printer in first.pretty_printers
        if getattr(printer, '__name__', '') != find_tschan_printer.__name__]


TschanCommand()
WaitersCommand('tschan waiters')
WaitersCommand('info tschan')
register()
