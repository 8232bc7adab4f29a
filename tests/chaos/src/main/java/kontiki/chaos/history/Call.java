package kontiki.chaos.history;

/**
 * One operation with its bounds: the lines of its invocation and its return. A call without an
 * answer returns at {@link #NEVER}, with an unknown outcome.
 */
public record Call(int process, Operation operation, long invoked, long returned, Outcome outcome) {

  public static final long NEVER = Long.MAX_VALUE;

  /** Whether this call ended before the other began. */
  public boolean precedes(Call other) {
    return returned < other.invoked;
  }
}
