package kontiki.chaos.checker;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kontiki.chaos.history.Call;
import org.jspecify.annotations.Nullable;

/**
 * One search for an order of one key's calls that the model allows and that keeps every call
 * between its invocation and its return: the algorithm of Wing and Gong with Lowe's cache of
 * configurations (a set of calls done, and the state it led to). Used once, by one thread.
 */
final class Search<S> {

  /** What the search found. */
  sealed interface Result {}

  record Ordered(int configurations) implements Result {}

  /** No order exists; {@code longest} is as far as one got, {@code stuck} what could not follow. */
  record Impossible(List<Call> longest, List<Call> stuck) implements Result {}

  record GaveUp(String why) implements Result {}

  private static final int STEPS_BETWEEN_CLOCK_READINGS = 1024;

  /** An invocation or a return; entries form a list from which done calls are taken out. */
  private static final class Entry {
    final int call;
    final boolean isReturn;
    @Nullable Entry match;
    @Nullable Entry previous;
    @Nullable Entry next;

    Entry(int call, boolean isReturn) {
      this.call = call;
      this.isReturn = isReturn;
    }
  }

  private record Step<S>(Entry entry, S before) {}

  private record Configuration<S>(BitSet done, S state) {}

  private final Model<S> model;
  private final List<Call> calls;
  private final InstantSource clock;
  private final Instant deadline;
  private final int maxConfigurations;

  private final Entry head = new Entry(-1, false);
  private final Deque<Step<S>> path = new ArrayDeque<>();
  private final BitSet done = new BitSet();
  private final Set<Configuration<S>> seen = new HashSet<>();
  private List<Call> longest = List.of();
  private int longestSize;
  private List<Call> stuck = List.of();

  Search(
      Model<S> model,
      List<Call> calls,
      InstantSource clock,
      Instant deadline,
      int maxConfigurations) {
    this.model = model;
    this.calls = calls;
    this.clock = clock;
    this.deadline = deadline;
    this.maxConfigurations = maxConfigurations;
    link();
  }

  /** Strings invocations and returns together in the order of time; open calls return last. */
  private void link() {
    record Point(long time, Entry entry) {}
    var points = new ArrayList<Point>();
    for (int i = 0; i < calls.size(); i++) {
      var invocation = new Entry(i, false);
      var end = new Entry(i, true);
      invocation.match = end;
      points.add(new Point(calls.get(i).invoked(), invocation));
      points.add(new Point(calls.get(i).returned(), end));
    }
    points.sort(java.util.Comparator.comparingLong(Point::time));
    Entry last = head;
    for (var point : points) {
      last.next = point.entry;
      point.entry.previous = last;
      last = point.entry;
    }
  }

  Result run() {
    S state = model.initial();
    Entry entry = head.next;
    for (int steps = 1; head.next != null; steps++) {
      if (steps % STEPS_BETWEEN_CLOCK_READINGS == 0 && clock.instant().isAfter(deadline)) {
        return new GaveUp("out of time after " + seen.size() + " configurations");
      }
      if (seen.size() > maxConfigurations) {
        return new GaveUp("more than " + maxConfigurations + " configurations");
      }
      if (entry != null && !entry.isReturn) {
        var next = tryNext(state, entry);
        if (next.isPresent()) {
          path.push(new Step<>(entry, state));
          state = next.get();
          lift(entry);
          entry = head.next;
        } else {
          entry = entry.next;
        }
      } else {
        remember();
        var step = path.poll();
        if (step == null) {
          return new Impossible(longest, stuck);
        }
        state = step.before;
        unlift(step.entry);
        entry = step.entry.next;
      }
    }
    return new Ordered(seen.size());
  }

  private Optional<S> tryNext(S state, Entry entry) {
    var call = calls.get(entry.call);
    var next = model.step(state, call.operation(), call.outcome());
    if (next.isEmpty()) {
      return next;
    }
    done.set(entry.call);
    boolean isNew = seen.add(new Configuration<>((BitSet) done.clone(), next.get()));
    if (!isNew) {
      done.clear(entry.call);
      return Optional.empty();
    }
    return next;
  }

  private void lift(Entry entry) {
    unlink(entry);
    unlink(match(entry));
  }

  private static void unlink(Entry entry) {
    Entry before = previous(entry);
    before.next = entry.next;
    if (entry.next != null) {
      entry.next.previous = before;
    }
  }

  private void unlift(Entry entry) {
    done.clear(entry.call);
    relink(match(entry));
    relink(entry);
  }

  private static void relink(Entry entry) {
    previous(entry).next = entry;
    if (entry.next != null) {
      entry.next.previous = entry;
    }
  }

  private static Entry match(Entry invocation) {
    return java.util.Objects.requireNonNull(invocation.match);
  }

  private static Entry previous(Entry entry) {
    return java.util.Objects.requireNonNull(entry.previous);
  }

  /** Keeps the longest order found so far, and the calls of which one would have had to follow. */
  private void remember() {
    if (path.size() < longestSize || longestSize > 0 && path.size() == longestSize) {
      return;
    }
    longestSize = path.size();
    var order = new ArrayList<Call>();
    path.descendingIterator().forEachRemaining(step -> order.add(calls.get(step.entry.call)));
    longest = order;
    var candidates = new ArrayList<Call>();
    for (Entry e = head.next; e != null && !e.isReturn; e = e.next) {
      candidates.add(calls.get(e.call));
    }
    stuck = candidates;
  }
}
