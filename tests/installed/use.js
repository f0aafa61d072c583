// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

import GLib from 'gi://GLib';
import Ts from 'gi://Ts?version=1';

const loop = new GLib.MainLoop(null, false);
const event = Ts.Event.new();
let done = false;

event.wait_async(null, (self, result) => {
    done = self.wait_finish(result);
    loop.quit();
});
event.set();
loop.run();
if (!done)
    throw new Error('the wait has failed');

const error = new Ts.Error({code: Ts.Error.CLOSED, message: 'closed'});
if (!error.matches(Ts.Error, Ts.Error.CLOSED))
    throw new Error('the error is of another domain');
print('ok');
