// Package queue holds work until somebody has time.
package queue

import (
	"context"
	stderrors "errors"
)

// ErrClosed is returned by Push after Close.
var ErrClosed = stderrors.New("closed")

// Queue is a bounded queue of T.
type Queue[T any] struct {
	*lock
	items    chan T
	onDrop   func(T)
	low, top int
}

type Sink[T any] interface {
	Push(ctx context.Context, item T) error
	Close() error
}

type lock struct{ held bool }

// New makes a queue of n places.
func New[T any](n int) *Queue[T] {
	return &Queue[T]{items: make(chan T, n)}
}

// Push waits for a place.
// It gives up when ctx ends.
func (q *Queue[T]) Push(ctx context.Context, item T) error {
	drop := func(why string) {
		if q.onDrop != nil && why != "" {
			q.onDrop(item)
		}
	}
	select {
	case q.items <- item:
		return nil
	case <-ctx.Done():
		drop("late") // TODO: say which
		return ctx.Err()
	}
}

func (q Queue[T]) Len() (n, most int) { return len(q.items), cap(q.items) }

func Map[A, B any](in []A, f func(A) B, extra ...B) (out []B) {
	for _, a := range in {
		out = append(out, f(a))
	}
	return append(out, extra...)
}
