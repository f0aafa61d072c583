// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Prime numbers by a growing chain of tasks. Each takes the first number that reaches it for a
// prime, and lets pass what cannot be divided by it. Closing the first channel ends them all.

import Ts from 'gi://Ts?version=1';

const LIMIT = 50;

const numbers = new Ts.Channel(0);
const primes = new Ts.Channel(Ts.CHANNEL_UNLIMITED);

async function produce() {
    for (let number = 2; number < LIMIT; number++)
        await numbers.send_async(number);
    numbers.close();
}

async function sieve(input) {
    let output = null;
    let prime = 0;
    for await (const number of input) {
        if (output === null) {
            prime = number;
            output = new Ts.Channel(0);
            primes.send(prime);
            sieve(output).catch(logError);
        } else if (number % prime !== 0) {
            await output.send_async(number);
        }
    }
    (output ?? primes).close(); // nothing has come as far as the last one
}

const producer = produce();
sieve(numbers).catch(logError);
const found = [];
for await (const prime of primes)
    found.push(prime);
await producer;
print(found.join(' '));
