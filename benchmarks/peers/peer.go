// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Go's channels, for "tschan-bench --peer": goroutines that share threads as they like ("Go"), and
// goroutines that each keep a thread of their own ("Go-threads"), as the threads of the others do.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"
)

const (
	slices       = 5
	maxSlices    = 64
	pairCapacity = 1024
)

// Does so many operations, and tells how long that took.
type workload func(count int64) time.Duration

type span struct {
	started, ended time.Time
	sum            int64
}

func begin(locked bool) {
	if locked {
		runtime.LockOSThread()
	}
}

func produce(queue chan int64, count int64, locked bool, done chan span) {
	begin(locked)
	started := time.Now()
	for i := int64(1); i <= count; i++ {
		queue <- i
	}
	done <- span{started, time.Now(), 0}
}

func consume(queue chan int64, count int64, locked bool, done chan span) {
	begin(locked)
	started := time.Now()
	sum := int64(0)
	for i := int64(0); i < count; i++ {
		sum += <-queue
	}
	done <- span{started, time.Now(), sum}
}

// From the first that starts to the last that ends; every item counts, and arrived.
func conclude(done chan span, n int, expected int64) time.Duration {
	all := <-done
	for i := 1; i < n; i++ {
		one := <-done
		if one.started.Before(all.started) {
			all.started = one.started
		}
		if one.ended.After(all.ended) {
			all.ended = one.ended
		}
		all.sum += one.sum
	}
	if all.sum != expected {
		panic("items were lost")
	}
	return all.ended.Sub(all.started)
}

func stream(capacity, producers, consumers int, locked bool) workload {
	return func(count int64) time.Duration {
		queue := make(chan int64, capacity)
		done := make(chan span, producers+consumers)
		lots := int64(producers * consumers)
		if count%lots != 0 || count == 0 {
			count = (count/lots + 1) * lots
		}
		each := count / int64(producers)
		for i := 0; i < consumers; i++ {
			go consume(queue, count/int64(consumers), locked, done)
		}
		for i := 0; i < producers; i++ {
			go produce(queue, each, locked, done)
		}
		return conclude(done, producers+consumers, int64(producers)*(each*(each+1)/2))
	}
}

func pingPong(capacity int, locked bool) workload {
	return func(count int64) time.Duration {
		there, back := make(chan int64, capacity), make(chan int64, capacity)
		go func() {
			begin(locked)
			for i := int64(0); i < count; i++ {
				back <- <-there
			}
		}()
		begin(locked)
		started := time.Now()
		for i := int64(1); i <= count; i++ {
			there <- i
			if <-back != i {
				panic("the wrong item came back")
			}
		}
		return time.Since(started)
	}
}

func alone(batch int64) workload {
	return func(count int64) time.Duration {
		queue := make(chan int64, pairCapacity)
		started := time.Now()
		for i := int64(0); i < count; i += batch {
			for j := int64(0); j < batch; j++ {
				queue <- j
			}
			for j := int64(0); j < batch; j++ {
				<-queue
			}
		}
		return time.Since(started)
	}
}

// So many channels that a select statement cannot be written for: the package reflect has one.
func selects(n int) workload {
	return func(count int64) time.Duration {
		queues := make([]chan int64, n)
		cases := make([]reflect.SelectCase, n)
		for i := range queues {
			queues[i] = make(chan int64, pairCapacity)
			cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(queues[i])}
		}
		started := time.Now()
		go func() {
			for i := int64(0); i < count; i++ {
				queues[i%int64(n)] <- i
			}
		}()
		for i := int64(0); i < count; i++ {
			reflect.Select(cases)
		}
		return time.Since(started)
	}
}

func selectOfTwo(count int64) time.Duration {
	a, b := make(chan int64, pairCapacity), make(chan int64, pairCapacity)
	started := time.Now()
	go func() {
		for i := int64(0); i < count; i += 2 {
			a <- i
			b <- i
		}
	}()
	for i := int64(0); i < (count+1)/2*2; i++ {
		select {
		case <-a:
		case <-b:
		}
	}
	return time.Since(started)
}

func all() map[string]workload {
	result := map[string]workload{
		"W5,pair,Go": alone(1),
		"W5,fill,Go": alone(1000),
		"W7,2,Go":    selectOfTwo,
		"W7,8,Go":    selects(8),
		"W7,64,Go":   selects(64),
	}
	for name, locked := range map[string]bool{"Go": false, "Go-threads": true} {
		for _, capacity := range []int{0, 1, 64, 1024} {
			result[fmt.Sprintf("W1,cap=%d,%s", capacity, name)] = stream(capacity, 1, 1, locked)
		}
		result["W2,cap=0,"+name] = stream(0, 4, 4, locked)
		result["W2,cap=64,"+name] = stream(64, 4, 4, locked)
		result["W3,cap=64,"+name] = stream(64, 4, 1, locked)
		result["W4,cap=0,"+name] = pingPong(0, locked)
		result["W4,cap=1,"+name] = pingPong(1, locked)
	}
	return result
}

func perOperation(took time.Duration, count int64) float64 {
	return float64(took.Nanoseconds()) / float64(count)
}

// How many operations fill a slice of the time, then that many several times: the median.
func measure(run workload, total time.Duration) float64 {
	slice := total / slices
	count := int64(1000)
	if total <= 0 {
		return perOperation(run(1000), 1000)
	}
	for {
		took := run(count)
		if took >= slice/2 {
			break
		} else if took < slice/20 {
			count *= 8
		} else {
			count *= 2
		}
	}
	values := []float64{}
	for started := time.Now(); len(values) < maxSlices && (len(values) == 0 || time.Since(started) < total); {
		values = append(values, perOperation(run(count), count))
	}
	sort.Float64s(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

func main() {
	workloads := all()
	if len(os.Args) == 2 && os.Args[1] == "--list" {
		names := []string{}
		for name := range workloads {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			fmt.Println(name)
		}
		return
	}
	if len(os.Args) != 5 || workloads[strings.Join(os.Args[1:4], ",")] == nil {
		fmt.Fprintln(os.Stderr, "usage: --list | WORKLOAD PARAMETER IMPLEMENTATION MILLISECONDS")
		os.Exit(2)
	}
	milliseconds, err := strconv.Atoi(os.Args[4])
	if err != nil {
		panic(err)
	}
	total := time.Duration(milliseconds) * time.Millisecond
	fmt.Println(measure(workloads[strings.Join(os.Args[1:4], ",")], total))
}
